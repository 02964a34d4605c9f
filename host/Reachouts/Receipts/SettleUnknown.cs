using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Settles unknown messages by asking the provider, where it can be asked. A message is planned again only where the provider documents that
/// what it does not know was never taken, and only after its answers can no longer miss it; everything else stays listed.
/// </summary>
internal sealed class SettleUnknown(
    Database database, Ledger ledger, SendBatches batches, ChannelPool pool, SandboxOutbox sandbox, ReceiptApplier receipts, StepEvents steps, CustomerFeed feed, WorkSchedule schedule,
    BusinessClock clock, TimeProvider realClock) : IWorkHandler
{
    public const string WorkKind = "settle-unknown";
    private const int Size = 200;
    private const int SandboxRoute = 0;

    /// <summary>No route of any account: a later attempt has taken its place.</summary>
    private const int RouteLost = -1;
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var now = realClock.GetUtcNow().ToUnixTimeMilliseconds();
        var issues = await database.ReadAsync(
            (db, token) => db.MessageIssues.Where(row => row.SettleAfter > 0 && row.SettleAfter <= now && row.State == MessageState.Unknown).OrderBy(row => row.SettleAfter).Take(Size).ToListAsync(token),
            cancellationToken);
        foreach (var group in issues.GroupBy(row => (row.OccurrenceId, row.AccountNo)))
            await SettleAsync([.. group], cancellationToken);
        await database.WriteAsync(
            async (tx, token) =>
            {
                await schedule.CompleteAsync(tx, item, token);
                if (await tx.Db.MessageIssues.Where(row => row.SettleAfter > 0).MinAsync(row => (long?)row.SettleAfter, token) is { } next)
                {
                    var wait = DateTimeOffset.FromUnixTimeMilliseconds(next) - realClock.GetUtcNow();
                    await schedule.EnqueueAsync(tx, new NewWork(WorkKind, "all", clock.GetUtcNow() + (wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1))), token);
                }
            },
            cancellationToken);
    }

    /// <summary>Each attempt is settled by what it went through, whatever its account is now: the outbox says nothing about what left for a provider.</summary>
    private async Task SettleAsync(IReadOnlyList<MessageIssue> issues, CancellationToken cancellationToken)
    {
        var routes = await RoutesAsync(issues, cancellationToken);
        foreach (var group in issues.GroupBy(issue => routes.GetValueOrDefault((issue.CustomerNo, issue.Step, issue.Attempt), RouteLost)))
        {
            if (group.Key == SandboxRoute)
                await SettleSandboxAsync([.. group], cancellationToken);
            else
                await SettleLiveAsync([.. group], group.Key, cancellationToken);
        }
    }

    /// <summary>An account that is back in the sandbox is asked with its settings all the same: asking sends nothing.</summary>
    private async Task SettleLiveAsync(IReadOnlyList<MessageIssue> issues, int route, CancellationToken cancellationToken)
    {
        var account = await AccountAsync(issues[0].AccountNo, cancellationToken);
        var pooled = account is { Mode: AccountMode.Live } ? pool.For(account) : null;
        var opened = pooled is null && account is not null ? OpenOrNull(account) : null;
        try
        {
            if (account is not null && (pooled ?? opened) is IStatusQuery query)
                await AskAsync(issues, route, account, query, cancellationToken);
            else
                await LeaveAsync(issues, 0, cancellationToken);
        }
        finally
        {
            if (opened is not null)
                await opened.DisposeAsync();
        }
    }

    private IChannel? OpenOrNull(ChannelAccount account)
    {
        try
        {
            return pool.OpenProvider(account);
        }
        catch (ChannelSettingsException)
        {
            return null;
        }
    }

    private Task<ChannelAccount?> AccountAsync(int no, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.ChannelAccounts.SingleOrDefaultAsync(row => row.No == no, token), cancellationToken);

    /// <summary>Our own outbox knows for certain.</summary>
    private async Task SettleSandboxAsync(IReadOnlyList<MessageIssue> issues, CancellationToken cancellationToken)
    {
        var kept = await sandbox.KeptAsync([.. issues.Select(Echo)], cancellationToken);
        await WriteAsync(issues, issue => kept.Contains(Echo(issue)) ? MessageState.Delivered : MessageState.Planned, cancellationToken);
    }

    private async Task AskAsync(IReadOnlyList<MessageIssue> issues, int route, ChannelAccount account, IStatusQuery query, CancellationToken cancellationToken)
    {
        var now = realClock.GetUtcNow();
        // Those too young for an answer are found again in a moment.
        var visible = issues.Where(issue => DateTimeOffset.FromUnixTimeMilliseconds(issue.SettleAfter) + query.VisibilityDelay <= now).ToList();
        if (visible.Count == 0)
            return;
        var addresses = await AddressesAsync(visible, account.Slot, cancellationToken);
        var leases = await LeasesAsync(visible, cancellationToken);
        var answers = await query.QueryAsync(
            [.. visible.Select(issue => new StatusQuestion(Id(issue), issue.Attempt, null, addresses.GetValueOrDefault(issue.CustomerNo) ?? "", leases.GetValueOrDefault((issue.CustomerNo, issue.Step), now)))],
            cancellationToken);
        var verdicts = visible.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second);
        var known = verdicts.Where(pair => pair.Value is StatusAnswer.Known).ToList();
        if (known.Count > 0)
            await receipts.ApplyAsync(account, [.. known.Select(pair => ((StatusAnswer.Known)pair.Value).Receipt with { MessageId = Id(pair.Key), Attempt = pair.Key.Attempt })], cancellationToken);
        var absent = verdicts.Where(pair => pair.Value is StatusAnswer.Absent).Select(pair => pair.Key).ToList();
        // Only the very settings it was sent with can prove that it was never taken. Read again: the channel may be a newer one than the account that was read.
        if (query.AbsenceIsFinal && route == account.Route && (await AccountAsync(account.No, cancellationToken))?.Route == route)
            await WriteAsync(absent, _ => MessageState.Planned, cancellationToken);
        else
            await LeaveAsync(absent, 0, cancellationToken);
        await LeaveAsync([.. verdicts.Where(pair => pair.Value is StatusAnswer.Unavailable).Select(pair => pair.Key)], (now + AskAgain).ToUnixTimeMilliseconds(), cancellationToken);
    }

    /// <summary>Writes what was found out; a message that a receipt has settled meanwhile stays as it is.</summary>
    private Task WriteAsync(IReadOnlyList<MessageIssue> issues, Func<MessageIssue, MessageState> state, CancellationToken cancellationToken) =>
        issues.Count == 0 ? Task.CompletedTask : database.WriteAsync(
            async (tx, token) =>
            {
                var occurrence = issues[0].OccurrenceId;
                var stillUnknown = await LedgerRowsAsync(tx, occurrence, issues, token);
                List<SettleRow> rows =
                [
                    .. issues.Where(issue => stillUnknown.ContainsKey((issue.CustomerNo, issue.Step)))
                        .Select(issue => Row(issue, stillUnknown[(issue.CustomerNo, issue.Step)], state(issue))),
                ];
                var settled = await ledger.SettleUnknownAsync(tx, occurrence, rows, token);
                await MessageBudgets.ApplyAsync(
                    tx, occurrence,
                    [.. rows.Where(row => settled.Contains((row.CustomerNo, row.Step))).Select(row => (row, stillUnknown[(row.CustomerNo, row.Step)].Cost)).Select(pair => new CostMove(pair.row.Channel, MessageState.Unknown, pair.Cost, pair.row.To, pair.Cost))], BudgetShare.Rest, token);
                await ledger.CloseIssuesAsync(tx, occurrence, [.. issues.Select(issue => new SettleRow(issue.CustomerNo, issue.Step, issue.Attempt, 0, issue.AccountNo, state(issue), SkipReason.None))], token);
                await steps.NoteAsync(tx, occurrence, [.. rows.Where(row => row.To != MessageState.Planned).Select(row => new StepEvidence(row.CustomerNo, row.Step, MessageState.Unknown, row.To))], token);
                var again = rows.Where(row => row.To == MessageState.Planned).ToList();
                if (again.Count > 0)
                {
                    await ReleaseAsync(tx, occurrence, again, stillUnknown, token);
                    await batches.ReopenAsync(tx, occurrence, [.. again.Select(row => row.CustomerNo)], token);
                }
            },
            cancellationToken);

    private async Task ReleaseAsync(WriteTransaction tx, long occurrence, List<SettleRow> rows, Dictionary<(long, short), Message> messages, CancellationToken cancellationToken)
    {
        var purpose = await PurposeAsync(tx, occurrence, cancellationToken);
        await ledger.ReleaseCapsAsync(
            tx, purpose,
            [.. rows.Select(row => messages[(row.CustomerNo, row.Step)]).Where(message => message.CapDay != 0).Select(message => new CapCharge(message.CustomerNo, message.CapDay, message.Channel))], cancellationToken);
    }

    internal static async Task<short> PurposeAsync(WriteTransaction tx, long occurrenceId, CancellationToken cancellationToken)
    {
        var spec = await tx.Db.Occurrences.Where(row => row.Id == occurrenceId).Join(tx.Db.Reachouts, row => row.ReachoutId, row => row.Id, (_, row) => row.Spec).SingleAsync(cancellationToken);
        return (short)ChannelNames.ParsePurpose(System.Text.Json.JsonSerializer.Deserialize<ReachoutSpec>(spec, Web.JsonDefaults.Options)!.Phase.Purpose);
    }

    private static async Task<Dictionary<(long, short), Message>> LedgerRowsAsync(WriteTransaction tx, long occurrence, IReadOnlyList<MessageIssue> issues, CancellationToken cancellationToken)
    {
        var customers = issues.Select(issue => issue.CustomerNo).ToList();
        var attempts = issues.ToDictionary(issue => (issue.CustomerNo, issue.Step), issue => issue.Attempt);
        var rows = await tx.Db.Messages.AsNoTracking().Where(row => row.OccurrenceId == occurrence && customers.Contains(row.CustomerNo) && row.State == MessageState.Unknown).ToListAsync(cancellationToken);
        return rows.Where(row => attempts.TryGetValue((row.CustomerNo, row.Step), out var attempt) && attempt == row.Attempt).ToDictionary(row => (row.CustomerNo, row.Step));
    }

    private Task LeaveAsync(IReadOnlyList<MessageIssue> issues, long settleAfter, CancellationToken cancellationToken) =>
        issues.Count == 0 ? Task.CompletedTask : database.WriteAsync(
            (tx, token) => ledger.AddIssuesAsync(
                tx, issues[0].OccurrenceId,
                [.. issues.Select(issue => Row(issue, null, MessageState.Unknown) with { SettleAfter = settleAfter })], token),
            cancellationToken);

    private static SettleRow Row(MessageIssue issue, Message? message, MessageState state) =>
        new(issue.CustomerNo, issue.Step, issue.Attempt, message?.Channel ?? 0, issue.AccountNo, state, state == MessageState.Unknown ? SkipReason.Ambiguous : SkipReason.None);

    private Task<Dictionary<long, string?>> AddressesAsync(IReadOnlyList<MessageIssue> issues, AddressSlot slot, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                await db.Database.OpenConnectionAsync(token);
                var customers = await feed.ReadAsync(db.Database.GetDbConnection(), null, [.. issues.Select(issue => issue.CustomerNo).Distinct()], token);
                return customers.ToDictionary(customer => customer.CustomerNo, customer => customer.Address(slot));
            },
            cancellationToken);

    /// <summary>What the attempts went through.</summary>
    private Task<Dictionary<(long, short, short), int>> RoutesAsync(IReadOnlyList<MessageIssue> issues, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var (occurrence, customers) = (issues[0].OccurrenceId, issues.Select(issue => issue.CustomerNo).ToList());
                var rows = await db.Messages.Where(row => row.OccurrenceId == occurrence && customers.Contains(row.CustomerNo)).Select(row => new { row.CustomerNo, row.Step, row.Attempt, row.Route }).ToListAsync(token);
                return rows.ToDictionary(row => (row.CustomerNo, row.Step, row.Attempt), row => row.Route);
            },
            cancellationToken);

    /// <summary>When the attempts' leases ended, a little after they were sent: providers list their messages by day, and may be asked days later.</summary>
    private Task<Dictionary<(long, short), DateTimeOffset>> LeasesAsync(List<MessageIssue> issues, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var (occurrence, customers) = (issues[0].OccurrenceId, issues.Select(issue => issue.CustomerNo).ToList());
                var rows = await db.Messages.Where(row => row.OccurrenceId == occurrence && customers.Contains(row.CustomerNo) && row.LeaseUntil > 0)
                    .Select(row => new { row.CustomerNo, row.Step, row.LeaseUntil }).ToListAsync(token);
                return rows.ToDictionary(row => (row.CustomerNo, row.Step), row => DateTimeOffset.FromUnixTimeMilliseconds(row.LeaseUntil));
            },
            cancellationToken);

    private static string Id(MessageIssue issue) => new MessageId(issue.OccurrenceId, issue.CustomerNo, issue.Step).ToString();

    private static string Echo(MessageIssue issue) => EchoId.Format(Id(issue), issue.Attempt);
}
