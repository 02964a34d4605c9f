using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.WebConsole.Live;

/// <summary>
/// Tells open pages which topics moved. One poll a second per node, only while somebody looks, serves every browser; pages then fetch the part
/// that shows the topic. Topics: <c>campaign:{id}</c>, <c>sending</c>, <c>imports</c>. Thread-safe.
/// </summary>
internal sealed class LivePulse(Database database, TimeProvider realClock, ILogger<LivePulse> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Listener, byte> listeners = new();

    /// <summary>Names of topics, each at first, because it may have moved since the page was made, and whenever it moved, until the browser goes.</summary>
    public async IAsyncEnumerable<string> ListenAsync(IEnumerable<string> topics, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listener = new Listener(topics.Distinct());
        listeners[listener] = 0;
        try
        {
            await foreach (var topic in listener.Moved.Reader.ReadAllAsync(cancellationToken))
                yield return topic;
        }
        finally
        {
            listeners.TryRemove(listener, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, realClock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var topic in listeners.Keys.SelectMany(listener => listener.Told.Keys).Distinct().ToArray())
                    await LookAsync(topic, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Pages stay as they are and the next look may work.
                log.LogWarning(exception, "Looking for changes to show live failed.");
            }
        }
    }

    private async Task LookAsync(string topic, CancellationToken cancellationToken)
    {
        // Who comes while it is read is told by the next look.
        var waiting = listeners.Keys.Where(listener => listener.Told.ContainsKey(topic)).ToArray();
        var now = await database.ReadAsync((db, token) => SignatureAsync(db, topic, token), cancellationToken);
        foreach (var listener in waiting.Where(listener => listener.Told[topic] != now))
        {
            listener.Told[topic] = now;
            listener.Moved.Writer.TryWrite(topic);
        }
    }

    // Cheap figures that change whenever what the topic shows does.
    private static async Task<string> SignatureAsync(OrchestratorDb db, string topic, CancellationToken cancellationToken)
    {
        if (topic == "imports")
            return string.Join('|', await db.CustomerImports.OrderByDescending(row => row.StartedAt).Take(5).Select(row => row.Id + ":" + row.State + row.SlicesApplied + row.RowsRead).ToListAsync(cancellationToken));
        var occurrences = db.Occurrences.AsQueryable();
        var version = "";
        if (topic.StartsWith("campaign:", StringComparison.Ordinal) && Guid.TryParse(topic.AsSpan("campaign:".Length), out var id))
        {
            occurrences = occurrences.Where(row => row.CampaignId == id);
            version = await db.Campaigns.Where(row => row.Id == id).Select(row => row.Status + row.Stage).SingleOrDefaultAsync(cancellationToken)
                + FormattableString.Invariant($"/{await db.MetricDays.Where(row => row.CampaignId == id).SumAsync(row => row.Value, cancellationToken)}/{await db.GuardrailTrips.CountAsync(row => row.CampaignId == id && row.ClearedAt == null, cancellationToken)}/");
        }
        var counts = await (from count in db.MessageCounts
                            join occurrence in occurrences on count.OccurrenceId equals occurrence.Id
                            group count.Count by count.State into grouped
                            orderby grouped.Key
                            select new { grouped.Key, Sum = grouped.Sum() }).ToListAsync(cancellationToken);
        var states = await occurrences.GroupBy(row => row.State).Select(group => new { group.Key, Count = group.Count() }).OrderBy(row => row.Key).ToListAsync(cancellationToken);
        version += string.Join(',', states.Select(row => FormattableString.Invariant($"{row.Key}{row.Count}"))) + "/";
        return version + string.Join('|', counts.Select(row => FormattableString.Invariant($"{row.Key}:{row.Sum}")));
    }

    /// <summary>One open page.</summary>
    private sealed class Listener(IEnumerable<string> topics)
    {
        public Channel<string> Moved { get; } = Channel.CreateBounded<string>(new BoundedChannelOptions(32) { FullMode = BoundedChannelFullMode.DropOldest });

        /// <summary>Its topics with the figures that it was told of last; the poll's alone.</summary>
        public Dictionary<string, string> Told { get; } = topics.ToDictionary(topic => topic, _ => "");
    }
}
