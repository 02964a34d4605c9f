using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>How many customers a rule matches. <paramref name="Nulls"/>: the rule gave no answer for them, so they are no members.</summary>
public sealed record SegmentCount(long Scanned, long Matched, long Nulls);

/// <summary>A number that a ready-made segment asks for; <c>$name</c> in its rule.</summary>
public sealed record SegmentParameter(string Name, string LabelChinese, string LabelEnglish, decimal Default, decimal? Minimum = null, decimal? Maximum = null);

/// <summary>Segments: FEEL rules over customer attributes, counted and listed by streaming all customers through the compiled rule.</summary>
public sealed class Segments(Database database, AttributeCatalogue catalogue)
{
    /// <summary>Counts the members of a free rule. A rule that cannot be read, or names an undeclared attribute, is refused with the place.</summary>
    public Task<Outcome<SegmentCount>> CountAsync(string rule, CancellationToken cancellationToken)
    {
        _ = (database, catalogue, rule, cancellationToken);
        throw new NotImplementedException();
    }
}
