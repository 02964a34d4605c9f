using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Receipts and replies: durable before the provider gets its answer, applied in sets afterwards, unmatched ones tried again for an hour.</summary>
internal sealed class ReceiptInbox(
    Database database, PersonalData personal, ReceiptApplier applier, Replies replies, Confirmations confirmations, BusinessClock clock, TimeProvider realClock, ILogger<ReceiptInbox> log) : BackgroundService
{
    private const int Size = 500;
    private const int TryLimit = 12;
    internal const string Place = "receipt_inbox";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly WorkSignal arrived = new(clock);

    /// <summary>Keeps what a callback brought.</summary>
    public async Task KeepAsync(ChannelAccount account, WebhookOutcome.Verified verified, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.AddRange(verified.Receipts.Select(receipt => Entry(account, JsonSerializer.Serialize(receipt, Json), false, now)));
                tx.Db.AddRange(verified.Replies.Select(reply => Entry(account, JsonSerializer.Serialize(reply, Json), true, now)));
                tx.AfterCommit(arrived.Raise);
                return Task.CompletedTask;
            },
            cancellationToken);
    }

    /// <summary>Applies what is due now.</summary>
    /// <returns>How many entries were looked at.</returns>
    public Task<int> ApplyAsync(CancellationToken cancellationToken) => database.WriteAsync(ApplyAsync, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await ApplyAsync(stoppingToken) < Size)
                    await arrived.WaitAsync(TimeSpan.FromSeconds(1), stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(exception, "Receipts could not be applied; trying again.");
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private InboxEntry Entry(ChannelAccount account, string content, bool isReply, DateTimeOffset now) =>
        new() { AccountNo = account.No, Content = personal.Protect(content, Place)!, IsReply = isReply, ReceivedAt = now };

    private async Task<int> ApplyAsync(WriteTransaction tx, CancellationToken cancellationToken)
    {
        var now = realClock.GetUtcNow().ToUnixTimeMilliseconds();
        const string Pending = "SELECT * FROM receipt_inbox WHERE state = 0 AND next_try <= {0} ORDER BY id LIMIT {1}";
        var entries = await tx.Db.ReceiptInbox.FromSqlRaw(tx.Dialect == DatabaseDialect.PostgreSql ? Pending + " FOR UPDATE SKIP LOCKED" : Pending, now, Size).AsTracking().ToListAsync(cancellationToken);
        foreach (var group in entries.GroupBy(entry => entry.AccountNo))
        {
            var account = await tx.Db.ChannelAccounts.AsNoTracking().SingleAsync(row => row.No == group.Key, cancellationToken);
            foreach (var entry in group.Where(entry => entry.IsReply))
                await ApplyReplyAsync(tx, account, entry, Read<Reply>(entry), cancellationToken);
            List<InboxEntry> receipts = [.. group.Where(entry => !entry.IsReply)];
            List<Receipt> read = [.. receipts.Select(Read<Receipt>)];
            var own = await confirmations.ApplyAsync(tx, account, read, cancellationToken);
            var matched = await applier.ApplyAsync(tx, account, read, cancellationToken);
            for (var i = 0; i < receipts.Count; i++)
            {
                (receipts[i].OccurrenceId, receipts[i].CustomerNo, receipts[i].Step) = (matched[i].Message?.OccurrenceId, matched[i].Message?.CustomerNo ?? own[i], matched[i].Message?.Step);
                Mark(receipts[i], own[i] is not null || matched[i].IsFound);
            }
        }
        return entries.Count;
    }

    private void Mark(InboxEntry entry, bool found)
    {
        entry.Tries++;
        entry.State = found ? InboxState.Applied : entry.Tries >= TryLimit ? InboxState.Unmatched : InboxState.Pending;
        // The receipt may have overtaken the reply to the send: at first often, then ever more rarely.
        entry.NextTry = realClock.GetUtcNow().AddSeconds(Math.Pow(2, entry.Tries - 1)).ToUnixTimeMilliseconds();
    }

    private async Task ApplyReplyAsync(WriteTransaction tx, ChannelAccount account, InboxEntry entry, Reply reply, CancellationToken cancellationToken)
    {
        (entry.State, entry.Tries) = (InboxState.Applied, entry.Tries + 1);
        var senders = await replies.ApplyAsync(tx, account, entry.Id, reply, cancellationToken);
        entry.CustomerNo = senders.Count > 0 ? senders[0] : null;
        tx.Db.AddRange(senders.Skip(1).Select(sender => new InboxEntry
        {
            AccountNo = entry.AccountNo, State = InboxState.Applied, Tries = entry.Tries, ReceivedAt = entry.ReceivedAt, Content = entry.Content, IsReply = true, CustomerNo = sender,
        }));
    }

    private T Read<T>(InboxEntry entry) => JsonSerializer.Deserialize<T>(personal.Unprotect(entry.Content, Place)!, Json)!;
}
