using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Monitoring;

/// <summary>What a live page shows of a campaign; sent when it changed.</summary>
public sealed record LiveView(DateTimeOffset At, IReadOnlyList<LedgerCount> Messages, IReadOnlyDictionary<string, long> Metrics);

/// <summary>Live counts for any number of browsers: one poll per node and watched campaign behind them all. Thread-safe.</summary>
public sealed class LiveCounts : BackgroundService
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Guid, ConcurrentDictionary<Channel<LiveView>, byte>> watchers = new();
    private readonly Database database;
    private readonly Time.BusinessClock clock;
    private readonly ILogger<LiveCounts> log;

    internal LiveCounts(Database database, Time.BusinessClock clock, ILogger<LiveCounts> log) => (this.database, this.clock, this.log) = (database, clock, log);

    public Task<LiveView> ReadAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var numbers = await CampaignFigureReader.NumbersAsync(db, campaignId, token);
                return new LiveView(clock.GetUtcNow(), numbers.Messages, numbers.Metrics.GroupBy(pair => pair.Key.Metric).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value)));
            },
            cancellationToken);

    /// <summary>The present counts, then each change, until cancelled.</summary>
    public async IAsyncEnumerable<LiveView> WatchAsync(Guid campaignId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<LiveView>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var group = watchers.GetOrAdd(campaignId, _ => new ConcurrentDictionary<Channel<LiveView>, byte>());
        group.TryAdd(channel, 0);
        try
        {
            yield return await ReadAsync(campaignId, cancellationToken);
            await foreach (var view in channel.Reader.ReadAllAsync(cancellationToken))
                yield return view;
        }
        finally
        {
            group.TryRemove(channel, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = new Dictionary<Guid, string>();
        using var timer = new PeriodicTimer(PollEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await PollAsync(last, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Shutting down: open streams end with their requests.
        }
    }

    private async Task PollAsync(Dictionary<Guid, string> last, CancellationToken cancellationToken)
    {
        foreach (var (campaign, group) in watchers.Where(pair => !pair.Value.IsEmpty))
        {
            try
            {
                var view = await ReadAsync(campaign, cancellationToken);
                var text = System.Text.Json.JsonSerializer.Serialize(new { view.Messages, view.Metrics }, Web.JsonDefaults.Options);
                if (last.GetValueOrDefault(campaign) == text)
                    continue;
                last[campaign] = text;
                foreach (var channel in group.Keys)
                    channel.Writer.TryWrite(view);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                log.LogWarning(exception, "Live counts could not be read.");
            }
        }
    }
}
