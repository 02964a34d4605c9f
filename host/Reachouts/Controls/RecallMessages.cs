using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Payload: what was held or stopped; for the second half, whose account's references were taken back.</summary>
/// <param name="IsForGood">It was a stop: what was taken back is not sent again.</param>
internal sealed record RecallWork(string Scope, bool IsForGood, int AccountNo = 0, IReadOnlyList<string>? Refs = null);

/// <summary>
/// After a hold or stop: takes back at the provider what it accepted and has not sent (a WeCom task that staff has not confirmed). What was taken back
/// becomes planned again, so that it goes out when the hold ends; after a stop it is skipped. Where taking back does not prove that nobody has it
/// (<see cref="IRecall.ProvesUnsent"/>), it stays accepted for good and only its history tells.
/// </summary>
internal sealed class RecallMessages(Database database, ChannelPool pool, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "recall-messages";

    public string Kind => WorkKind;

    /// <summary>As part of the transaction that holds or stops.</summary>
    public static NewWork After(ControlScope scope, bool isForGood, DateTimeOffset now) => new(WorkKind, scope.Key, now, new RecallWork(scope.Key, isForGood), scope.CampaignId);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = item.Read<RecallWork>();
        var accounts = await database.ReadAsync((db, token) => db.ChannelAccounts.Where(row => row.Mode == AccountMode.Live).OrderBy(row => row.No).ToListAsync(token), cancellationToken);
        var settlements = new List<NewWork>();
        foreach (var account in accounts)
        {
            if (PollResults.TryOpen(pool, account) is not IRecall recall)
                continue;
            var refs = await RefsAsync(new ControlScope(work.Scope), account, cancellationToken);
            var cancelled = refs.Count == 0 ? [] : await recall.CancelAsync(refs, cancellationToken);
            if (cancelled.Count > 0)
                settlements.Add(new NewWork(SettleRecalled.WorkKind, $"{work.Scope}/{account.No}/{item.Id:N}", clock.GetUtcNow(), work with { AccountNo = account.No, Refs = cancelled }, item.CampaignId));
        }
        await database.WriteAsync(
            async (tx, token) =>
            {
                foreach (var settlement in settlements)
                    await schedule.EnqueueAsync(tx, settlement, token);
                await schedule.CompleteAsync(tx, item, token);
            },
            cancellationToken);
    }

    private Task<List<string>> RefsAsync(ControlScope scope, ChannelAccount account, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var since = clock.GetUtcNow() - PollResults.Window;
                var target = await SendBarrier.TargetAsync(db, scope, since, token);
                if (target.AccountNo is { } no && no != account.No || target.Channels is { } channels && !channels.Contains(LedgerChannel.Of(account.Kind)))
                    return [];
                var occurrences = target.Occurrences.ToHashSet();
                return (await PollResults.WaitingAsync(db, account.No, since, token)).Where(message => occurrences.Contains(message.OccurrenceId)).Select(message => message.Ref).Distinct().ToList();
            },
            cancellationToken);
}

/// <summary>The second half of a recall: asks what was sent before the recall came, and gives the rest back.</summary>
internal sealed class SettleRecalled(Database database, Ledger ledger, SendBatches batches, ChannelPool pool, PollResults results, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "settle-recalled";
    private const int Slice = 500;

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = item.Read<RecallWork>();
        var account = await database.ReadAsync((db, token) => db.ChannelAccounts.SingleAsync(row => row.No == work.AccountNo, token), cancellationToken);
        var channel = pool.For(account);
        var refs = work.Refs!.ToHashSet();
        var waiting = (await database.ReadAsync((db, token) => PollResults.WaitingAsync(db, account.No, clock.GetUtcNow() - PollResults.Window, token), cancellationToken)).Where(message => refs.Contains(message.Ref)).ToList();
        var mayGoBack = channel is IRecall { ProvesUnsent: true };
        foreach (var slice in mayGoBack ? [] : waiting.GroupBy(message => message.OccurrenceId).SelectMany(group => group.Chunk(Slice)))
            await database.WriteAsync((tx, token) => NoteAsync(tx, account, slice, token), cancellationToken);
        foreach (var task in mayGoBack ? waiting.GroupBy(message => message.Ref) : [])
        {
            var unsent = await results.AskAsync(account, (IStatusQuery)channel, [.. task], cancellationToken)
                ?? throw new InvalidOperationException($"Account '{account.Name}' does not say what was sent before the recall.");
            foreach (var slice in unsent.GroupBy(message => message.OccurrenceId).SelectMany(group => group.Chunk(Slice)))
                await database.WriteAsync((tx, token) => GiveBackAsync(tx, slice, work.IsForGood, token), cancellationToken);
        }
        await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
    }

    private async Task NoteAsync(WriteTransaction tx, ChannelAccount account, WaitingMessage[] messages, CancellationToken cancellationToken)
    {
        var occurrence = messages[0].OccurrenceId;
        var rows = (await ledger.LockAsync(tx, occurrence, [.. messages.Select(message => message.CustomerNo)], cancellationToken)).Where(row => row.State == MessageState.Accepted).ToDictionary(row => (row.CustomerNo, row.Step));
        List<SettleRow> noted =
        [
            .. messages.Where(message => rows.TryGetValue((message.CustomerNo, message.Step), out var row) && row.Attempt == message.Attempt)
                .Select(message => new SettleRow(message.CustomerNo, message.Step, message.Attempt, rows[(message.CustomerNo, message.Step)].Channel, account.No, MessageState.Accepted, SkipReason.None)
                {
                    Code = "recalled", Text = "Deleted at the provider after it was sent; whoever had received it keeps it.",
                }),
        ];
        await ledger.AddIssuesAsync(tx, occurrence, noted, cancellationToken);
    }

    private async Task GiveBackAsync(WriteTransaction tx, WaitingMessage[] messages, bool isForGood, CancellationToken cancellationToken)
    {
        var occurrence = messages[0].OccurrenceId;
        var attempts = messages.ToDictionary(message => (message.CustomerNo, message.Step), message => message.Attempt);
        var customers = messages.Select(message => message.CustomerNo).ToList();
        List<DueRow> rows = [.. (await ledger.LockAsync(tx, occurrence, customers, cancellationToken)).Where(row => row.State == MessageState.Accepted && attempts.GetValueOrDefault((row.CustomerNo, row.Step)) == row.Attempt)];
        var (state, reason) = isForGood ? (MessageState.Skipped, SkipReason.Stopped) : (MessageState.Planned, SkipReason.None);
        await ledger.AdvanceAsync(tx, occurrence, [.. rows.Select(row => (row, state, reason))], cancellationToken);
        var charged = await tx.Db.Messages.AsNoTracking().Where(row => row.OccurrenceId == occurrence && customers.Contains(row.CustomerNo) && row.CapDay != 0).Select(row => new { row.CustomerNo, row.Step, row.CapDay, row.Channel }).ToListAsync(cancellationToken);
        var given = rows.Select(row => (row.CustomerNo, row.Step)).ToHashSet();
        await ledger.ReleaseCapsAsync(tx, await SettleUnknown.PurposeAsync(tx, occurrence, cancellationToken), [.. charged.Where(row => given.Contains((row.CustomerNo, row.Step))).Select(row => new CapCharge(row.CustomerNo, row.CapDay, row.Channel))], cancellationToken);
        if (!isForGood && rows.Count > 0)
            await batches.ReopenAsync(tx, occurrence, [.. rows.Select(row => row.CustomerNo)], cancellationToken);
    }
}
