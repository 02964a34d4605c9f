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

    /// <returns>The rows whose cost fits, and the buckets that had too little for others.</returns>
    public async Task<(List<LeaseRow> Rows, HashSet<string> Exhausted)> TakeAsync(long occurrenceId, List<LeaseRow> rows, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(occurrenceId, out var last) && Stopwatch.GetElapsedTime(last.At) < Fresh && last.Take(rows) is { Exhausted.Count: 0 } taken)
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

        public (List<LeaseRow> Rows, HashSet<string> Exhausted) Take(List<LeaseRow> rows)
        {
            var exhausted = new HashSet<string>();
            var kept = new List<LeaseRow>(rows.Count);
            lock (left)
            {
                foreach (var row in rows)
                {
                    var needed = row.To == MessageState.Leased ? row.Cost : 0;
                    var empty = paying[row.Channel].Where(name => left[name] < needed).ToList();
                    exhausted.UnionWith(empty);
                    if (empty.Count > 0)
                        continue;
                    foreach (var name in paying[row.Channel])
                        left[name] -= needed;
                    kept.Add(row);
                }
            }
            return (kept, exhausted);
        }
    }
}
