using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// What budgets seem to have left: read once a second and counted down meanwhile, so that a micro-batch rarely asks. Only a look ahead, which saves
/// leases that would be put back; the reservation in the lease's own transaction decides. Nothing is called exhausted by a count that was not just
/// read. Thread-safe.
/// </summary>
internal sealed class BudgetGlance(Database database)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<long, Known> known = new();

    public async Task<Glanced> TakeAsync(long occurrenceId, List<LeaseRow> rows, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(occurrenceId, out var last) && Stopwatch.GetElapsedTime(last.At) < Fresh && last.Take(rows) is { HasAll: true } taken)
            return taken;
        foreach (var (old, entry) in known)
        {
            if (Stopwatch.GetElapsedTime(entry.At) > Fresh)
                known.TryRemove(old, out _);
        }
        var read = new Known(Stopwatch.GetTimestamp(), await database.ReadAsync((db, token) => MessageBudgets.LeftAsync(db, occurrenceId, token), cancellationToken));
        known[occurrenceId] = read;
        return read.Take(rows);
    }

    private sealed class Known(long at, IReadOnlyList<BudgetLeft> buckets)
    {
        private readonly Dictionary<string, long> left = buckets.Where(bucket => bucket.Left is not null).DistinctBy(bucket => bucket.Name).ToDictionary(bucket => bucket.Name, bucket => bucket.Left!.Value);
        private readonly ILookup<short, string> paying = buckets.Where(bucket => bucket.Left is not null).ToLookup(bucket => bucket.Channel, bucket => bucket.Name);

        public long At => at;

        public Glanced Take(List<LeaseRow> rows)
        {
            var shortOf = new Dictionary<string, long>();
            var charged = new HashSet<string>();
            var kept = new List<LeaseRow>(rows.Count);
            lock (left)
            {
                foreach (var row in rows)
                {
                    var needed = row.To == MessageState.Leased ? row.Cost : 0;
                    var empty = paying[row.Channel].Where(name => left[name] < needed).ToList();
                    foreach (var name in empty)
                        shortOf[name] = Math.Min(needed, shortOf.GetValueOrDefault(name, needed));
                    if (empty.Count > 0)
                        continue;
                    foreach (var name in paying[row.Channel].Where(_ => needed > 0))
                    {
                        left[name] -= needed;
                        charged.Add(name);
                    }
                    kept.Add(row);
                }
            }
            return new Glanced(kept, shortOf.Count == 0, shortOf.Where(pair => !charged.Contains(pair.Key)).ToDictionary());
        }
    }
}

/// <summary>What a look at the budgets lets through.</summary>
/// <param name="Rows">The rows whose cost fits.</param>
/// <param name="HasAll">Every row fits.</param>
/// <param name="Exhausted">Buckets that had too little for every row they would pay, and what the cheapest of these needs. One that still pays for some is used up only after them.</param>
internal sealed record Glanced(List<LeaseRow> Rows, bool HasAll, IReadOnlyDictionary<string, long> Exhausted);
