using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>How many customers a rule matches. <paramref name="Nulls"/>: the rule gave no answer for them, so they are no members.</summary>
public sealed record SegmentCount(long Scanned, long Matched, long Nulls);

/// <summary>A count with a few of its members.</summary>
public sealed record SegmentPreview(SegmentCount Count, IReadOnlyList<string> ExternalIds);

/// <summary>A segment's rule, compiled against the attribute catalogue. Thread-safe.</summary>
public sealed record CompiledRule(Workflows.Feel.FeelExpression Expression, AttributeReader Reader);

/// <summary>Segments: FEEL rules over customer attributes, counted and listed by streaming all customers through the compiled rule.</summary>
public sealed class Segments(Database database, AttributeCatalogue catalogue, SegmentScan scan, BusinessClock clock)
{
    /// <summary>Refuses a rule that cannot be read or names an undeclared attribute; the refusal names the place.</summary>
    public async ValueTask<Outcome<CompiledRule>> CompileAsync(string rule, CancellationToken cancellationToken) =>
        SegmentRule.Compile(rule, await catalogue.CurrentAsync(cancellationToken));

    /// <summary>Counts the members of a rule among all customers.</summary>
    public async Task<Outcome<SegmentCount>> CountAsync(string rule, CancellationToken cancellationToken)
    {
        var preview = await PreviewAsync(rule, 0, cancellationToken);
        return preview.Refusal is { } refusal ? refusal : preview.Value.Count;
    }

    /// <summary>Counts, and names the first <paramref name="examples"/> members.</summary>
    public async Task<Outcome<SegmentPreview>> PreviewAsync(string rule, int examples, CancellationToken cancellationToken)
    {
        var compiled = await CompileAsync(rule, cancellationToken);
        if (compiled.Refusal is { } refusal)
            return refusal;
        var ids = new List<string>();
        var (scanned, matched, nulls) = (0L, 0L, 0L);
        await foreach (var slice in EvaluateAsync(compiled.Value, cancellationToken))
        {
            scanned += slice.Scanned;
            matched += slice.Members.Count;
            nulls += slice.Nulls;
            ids.AddRange(slice.Members.Take(examples - ids.Count).Select(member => member.ExternalId));
        }
        return new SegmentPreview(new SegmentCount(scanned, matched, nulls), ids);
    }

    /// <summary>Streams all customers through the rule, a slice at a time in order of their numbers; each slice is read at its own moment.</summary>
    public async IAsyncEnumerable<ScanSlice> EvaluateAsync(
        CompiledRule rule, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        for (var after = 0L; ;)
        {
            var from = after;
            var slice = await database.ReadAsync(
                async (db, token) =>
                {
                    await db.Database.OpenConnectionAsync(token);
                    return await scan.ReadAsync(db.Database.GetDbConnection(), null, rule, from, SegmentScan.SliceRows, now, token);
                },
                cancellationToken);
            yield return slice;
            if (slice.IsLast)
                yield break;
            after = slice.LastNo;
        }
    }
}
