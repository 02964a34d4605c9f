using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>How long months of the ledger are kept.</summary>
/// <param name="KeepMonths">Whole months after the month itself.</param>
/// <param name="Automatic">A month whose time is over goes by itself in the night; otherwise two people drop it.</param>
public sealed record LedgerTerm(int KeepMonths, bool Automatic = false);

/// <summary>
/// Dated rules <c>ledger-retention</c>; there is one, named <c>all</c>. Without one nothing may be dropped. Two months at least: frequency caps look back
/// over 30 days, receipts come late.
/// </summary>
internal sealed class LedgerRetentionKind : DatedRuleKind<LedgerTerm>
{
    public const string Everything = "all";
    public const string KindName = "ledger-retention";
    private const int Fewest = 2;
    private const int Most = 240;

    public override string Name => KindName;
    public override IReadOnlyList<string> Proposers { get; } = [Role.Platform, Role.Compliance, Role.Admin];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Compliance, Role.Risk, Role.Executive];

    // Nobody shortens the term and drops on the same day.
    public override bool BeginsLater => true;

    protected override IEnumerable<FieldProblem> Problems(string name, LedgerTerm value)
    {
        if (name != Everything)
            yield return new FieldProblem("name", "field.choice-of", name, Everything);
        if (value.KeepMonths is < Fewest or > Most)
            yield return new FieldProblem("value.keepMonths", "field.between", Fewest, Most);
    }
}
