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
    private readonly ConcurrentDictionary<Channel<string>, HashSet<string>> listeners = new();
    private readonly Dictionary<string, string> seen = [];

    /// <summary>Names of topics, each when it moved, until the browser goes.</summary>
    public async IAsyncEnumerable<string> ListenAsync(IEnumerable<string> topics, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<string>(new BoundedChannelOptions(32) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[channel] = [.. topics];
        try
        {
            await foreach (var topic in channel.Reader.ReadAllAsync(cancellationToken))
                yield return topic;
        }
        finally
        {
            listeners.TryRemove(channel, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, realClock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var topic in listeners.Values.SelectMany(topics => topics).Distinct().ToArray())
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
        var now = await database.ReadAsync((db, token) => SignatureAsync(db, topic, token), cancellationToken);
        var known = seen.TryGetValue(topic, out var before);
        seen[topic] = now;
        if (!known || before == now)
            return;
        foreach (var (channel, topics) in listeners)
        {
            if (topics.Contains(topic))
                channel.Writer.TryWrite(topic);
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
}
