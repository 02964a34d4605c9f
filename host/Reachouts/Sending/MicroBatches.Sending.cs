using Orchestrator.Channels;
using Orchestrator.Host.Storage;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>The half after the lease: render, call, settle.</summary>
internal sealed partial class MicroBatches
{
    /// <summary>Sends what was leased and writes down what came of it. When the program stops, or a switch was thrown meanwhile, rows go back unsent.</summary>
    public async Task SendAsync(SendJob job, SendBatch batch, LeasedBatch leased, CancellationToken cancellationToken)
    {
        if (leased.Sending.Count == 0)
            return;
        var isCrowded = false;
        try
        {
            isCrowded = await SendLeasedAsync(job, batch, leased, cancellationToken);
        }
        finally
        {
            leased.Place?.Leave(isCrowded);
        }
    }

    /// <returns>Whether messages came back because their turn never came.</returns>
    private async Task<bool> SendLeasedAsync(SendJob job, SendBatch batch, LeasedBatch leased, CancellationToken cancellationToken)
    {
        // Not cancelled by a shutdown either: what is leased by now is sent or given back below.
        var shortLinks = await links.IssueAsync(job, leased.Sending, CancellationToken.None);
        var settled = await Task.WhenAll(leased.Sending.GroupBy(item => item.Row.AccountNo).Select(group =>
            SendThroughAsync(job, [.. group], shortLinks, leased.Channels.GetValueOrDefault(group.Key), leased.Lease!, cancellationToken)));
        // Evidence is written down even when the program is stopping.
        await database.LedgerWriteAsync(
            async (tx, token) =>
            {
                await deliveries.SettleAsync(tx, job, settled.Length == 1 ? settled[0] : [.. settled.SelectMany(rows => rows)], SettleShard(batch), token);
                return true;
            },
            CancellationToken.None);
        return settled.Any(rows => rows.Exists(row => row.IsCrowded));
    }

    /// <summary>Gives a leased micro-batch back unsent.</summary>
    public Task ReturnAsync(SendJob job, SendBatch batch, LeasedBatch leased) => SendAsync(job, batch, leased, new CancellationToken(canceled: true));

    private async Task<List<Settlement>> SendThroughAsync(
        SendJob job, List<(LeaseRow Row, Candidate Candidate)> rows, IReadOnlyDictionary<(long CustomerNo, short Step), string> shortLinks, IChannel? channel, LeaseTime lease, CancellationToken cancellationToken)
    {
        var account = job.Accounts[rows[0].Row.AccountNo];
        var settled = new List<Settlement>(rows.Count);
        var messages = new List<(LeaseRow Row, OutboundMessage Message)>(rows.Count);
        foreach (var (row, candidate) in rows)
        {
            try
            {
                var reached = candidate.Channel(account.Slot)!;
                var message = composer.Compose(job, row, candidate, reached, account, row.Due.LatestAt(job.Occurrence) - clock.GetUtcNow(), shortLinks.GetValueOrDefault((row.Due.CustomerNo, row.Due.Step)), realClock);
                var actual = MessageCost.Of(account, message.Content);
                if (actual > row.Cost)
                    throw new TemplateException($"The text came out longer than was reserved for: {actual} instead of {row.Cost} micros.");
                messages.Add((row with { Actual = actual }, message));
            }
            catch (TemplateException fault)
            {
                settled.Add(new Settlement(row, MessageState.Skipped, SkipReason.NoText) { Text = fault.Message, ReleasesCap = true });
            }
        }
        // A call takes at most a tenth of a second's worth of the account's rate; where many share a text, the rate counts calls.
        var most = account.Rate is { } rate && !account.SharesText ? Math.Min(channel?.MaxBatch ?? Size, (int)Math.Clamp(rate / 10, 1, Size)) : channel?.MaxBatch ?? Size;
        foreach (var chunk in messages.Chunk(Math.Max(1, most)))
            settled.AddRange(await CallAsync(job, chunk, channel, account, lease, cancellationToken));
        return settled;
    }

    private async Task<IEnumerable<Settlement>> CallAsync(
        SendJob job, (LeaseRow Row, OutboundMessage Message)[] chunk, IChannel? channel, ChannelAccount account, LeaseTime lease, CancellationToken cancellationToken)
    {
        await WaitForPlaceAsync(chunk[0].Row.StartAt, cancellationToken);
        // The last look before anything leaves: switches, shutdown, and a lease that outlasts the call.
        if (channel is null || cancellationToken.IsCancellationRequested || controls.IsClosed(job.WholeScopes) || controls.IsStale(job.Epoch) || !lease.Outlasts(channel.CallTimeout) || node.Remaining <= TimeSpan.Zero)
            return chunk.Select(pair => Settlement.Returned(pair.Row));
        try
        {
            // Not cancelled by a shutdown: a call that is cut off would be unknown instead of settled in a moment.
            var verdicts = await channel.SendAsync([.. chunk.Select(pair => pair.Message)], CancellationToken.None);
            return chunk.Zip(verdicts, (pair, verdict) => deliveries.Read(pair.Row, verdict, channel) with { Address = pair.Message.Address });
        }
        catch (Exception exception)
        {
            LogDefect(exception, account.Provider, chunk.Length);
            return chunk.Select(pair => deliveries.Read(pair.Row, new Delivery.Ambiguous($"The adapter failed: {exception.GetType().Name}."), channel));
        }
    }

    /// <summary>Until the message's place in its account's rate has come.</summary>
    private async Task WaitForPlaceAsync(long startAt, CancellationToken cancellationToken)
    {
        var wait = startAt == 0 ? TimeSpan.Zero : DateTimeOffset.UnixEpoch.AddMicroseconds(startAt) - realClock.GetUtcNow();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, realClock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The adapter of {Provider} threw instead of giving verdicts; {Count} messages are unknown.")]
    private partial void LogDefect(Exception exception, string provider, int count);
}
