using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>How often staff may be reminded of one task. No times: not at all.</summary>
public sealed record ReminderLimit(int Times = 3, int Hours = 24);

/// <summary>Dated rules <c>staff-reminders</c>; there is one, named <c>all</c>. Without any, the provider's own limit holds: three times within a day.</summary>
internal sealed class ReminderLimitKind : DatedRuleKind<ReminderLimit>
{
    public const string Everybody = "all";

    // What WeCom takes: nobody can allow more.
    private const int MostTimes = 3, MostHours = 168, LeastHours = 24;

    public override string Name => "staff-reminders";
    public override IReadOnlyList<string> Proposers { get; } = [Role.BusinessHead, Role.Platform, Role.ProcessAdmin];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Platform, Role.Compliance, Role.ConsumerProtection];

    protected override IEnumerable<FieldProblem> Problems(string name, ReminderLimit value)
    {
        if (name != Everybody)
            yield return new FieldProblem("name", "field.choice-of", name, Everybody);
        if (value.Times is < 0 or > MostTimes)
            yield return new FieldProblem("value.times", "field.between", 0, MostTimes);
        if (value.Hours is < LeastHours or > MostHours)
            yield return new FieldProblem("value.hours", "field.between", LeastHours, MostHours);
    }
}

/// <summary>The limit that holds today.</summary>
internal sealed class ReminderLimits(ReminderLimitKind kind, BusinessClock clock, OrchestratorOptions options)
{
    private static readonly ReminderLimit OfProvider = new();
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public async Task<ReminderLimit> NowAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        (await kind.OnAsync(db, LocalDay.Of(clock.GetUtcNow(), zone), cancellationToken)).GetValueOrDefault(ReminderLimitKind.Everybody, OfProvider);
}
