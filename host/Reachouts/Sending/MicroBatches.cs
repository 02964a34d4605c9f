using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>What one step came to: nothing may be sent, or the last customer looked at (null: the end of the range) and how many messages moved on.</summary>
internal readonly record struct StepResult(bool IsClosed, long? LastCustomer, int Moved = 0)
{
    /// <summary>Nothing more can be sent before this has passed: the budget is used up, or the account's rate is taken.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>A switch was thrown since the job was read; it must be read anew.</summary>
    public bool IsStale { get; init; }

    public static readonly StepResult Stale = new(false, null) { IsStale = true };
}

/// <summary>What the switches leave of an occurrence.</summary>
internal enum Closure
{
    None,

    /// <summary>Some channel, account or text is closed, the rest goes on.</summary>
    Partly,
    Whole,
}

/// <summary>
/// One micro-batch from ledger to provider and back: read, decide, lease (commit), send, settle. Nothing is retried here; an attempt that may
/// have left and did not come back is unknown.
/// </summary>
internal sealed partial class MicroBatches(
    Database database, Ledger ledger, CustomerFeed feed, SendChecks checks, ChannelPool pool, Deliveries deliveries, MessageComposer composer, ControlWatch controls, NodeLease node,
    SendAllowance allowance, TrackedLinks links, BusinessClock clock, TimeProvider realClock, ILogger<MicroBatches> log)
{
    public const int Size = 128;
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(10);

    public async Task<StepResult> RunAsync(SendJob job, SendBatch batch, long after, long epoch, CancellationToken cancellationToken)
    {
        if (controls.IsClosed(job.WholeScopes))
            return new StepResult(true, null);
        if (controls.IsStale(job.Epoch))
            return StepResult.Stale;
        var read = await ReadAsync(job, batch, after, cancellationToken);
        if (read.Rows.Count == 0)
            return new StepResult(false, null);
        var (decided, wait) = await allowance.TakeAsync(job, Decide(job, read), cancellationToken);
        if (decided.Count == 0)
            return new StepResult(false, read.Rows[^1].CustomerNo) { Wait = wait };
        var routes = Open(job, decided);
        var longest = routes.Values.Select(channel => channel.CallTimeout).DefaultIfEmpty(TimeSpan.Zero).Max();
        var paced = decided.Any(row => row.StartAt != 0) ? AccountRates.Window : TimeSpan.Zero;
        var lease = new LeaseTime(realClock, longest + paced + LeaseMargin);
        var leased = await database.WriteAsync((tx, token) => LeaseAsync(tx, job, batch, decided, read.Candidates, epoch, lease, token), cancellationToken);
        if (leased is null)
            return controls.IsStale(job.Epoch) ? StepResult.Stale : new StepResult(true, null);
        var sending = leased.Where(row => row.To == MessageState.Leased).ToList();
        if (sending.Count > 0)
            await SendAsync(job, batch, sending, read.Candidates, routes, lease, cancellationToken);
        return new StepResult(false, read.Rows[^1].CustomerNo, leased.Count) { Wait = wait };
    }

    /// <summary>Gives up what dead senders had leased in the range.</summary>
    public async Task StrandAsync(SendJob job, SendBatch batch, CancellationToken cancellationToken)
    {
        var stranded = await database.WriteAsync(
            async (tx, token) =>
            {
                var count = await ledger.StrandAsync(tx, job.Occurrence.Id, batch.FirstCustomer, batch.LastCustomer, realClock.GetUtcNow().ToUnixTimeMilliseconds(), Shard(batch), token);
                if (count > 0)
                    await deliveries.SettleLaterAsync(tx, token);
                return count;
            },
            cancellationToken);
        if (stranded > 0)
            LogStranded(job.Occurrence.Id, batch.No, stranded);
    }

    /// <summary>What is switched off now; locks the switches until the commit.</summary>
    public static async Task<(Closure Closure, bool IsStale)> ClosureAsync(WriteTransaction tx, SendJob job, CancellationToken cancellationToken)
    {
        var (closed, switchedAt) = await ReachoutControls.ClosedAsync(tx, job.Scopes, cancellationToken);
        var isStale = switchedAt > job.Epoch;
        if (job.WholeScopes.Any(closed.Contains) || !await IsScheduledAsApprovedAsync(tx, job, cancellationToken))
            return (Closure.Whole, isStale);
        return (closed.Count > 0 ? Closure.Partly : Closure.None, isStale);
    }

    private static short Shard(SendBatch batch) => (short)(batch.No % 16);

    private Task<ReadRows> ReadAsync(SendJob job, SendBatch batch, long after, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                await db.Database.OpenConnectionAsync(token);
                var connection = db.Database.GetDbConnection();
                var rows = await ledger.DueAsync(connection, job.Occurrence.Id, after, batch.LastCustomer, Size, token);
                var numbers = rows.Select(row => row.CustomerNo).ToList();
                var customers = await feed.ReadAsync(connection, null, numbers, token);
                var hours = job.Spec.Phase.Timing == SendTimings.BestTime ? await BestHoursAsync(db, numbers, token) : [];
                var converted = job.Rules.Exclusion is null ? [] : await ConversionsAsync(db, job.Reachout.CampaignId, numbers, token);
                return new ReadRows(rows, customers.ToDictionary(
                    customer => customer.CustomerNo,
                    customer => CandidateReader.Read(customer, facts: new Dictionary<string, object?> { ["converted"] = converted.Contains(customer.CustomerNo) })), hours);
            },
            cancellationToken);

    private static async Task<Dictionary<long, int>> BestHoursAsync(OrchestratorDb db, List<long> customers, CancellationToken cancellationToken) =>
        (await db.Set<ClickHour>().Where(row => customers.Contains(row.CustomerNo)).ToListAsync(cancellationToken))
            .GroupBy(row => row.CustomerNo).ToDictionary(group => group.Key, group => (int)group.OrderByDescending(row => row.Clicks).ThenBy(row => row.Hour).First().Hour);

    private static Task<HashSet<long>> ConversionsAsync(OrchestratorDb db, Guid campaignId, List<long> customers, CancellationToken cancellationToken) =>
        Monitoring.CampaignEvents.ConvertedAsync(db, campaignId, customers, cancellationToken);

    private List<LeaseRow> Decide(SendJob job, ReadRows read)
    {
        var now = clock.GetUtcNow();
        var rows = new List<LeaseRow>(read.Rows.Count);
        foreach (var due in read.Rows)
        {
            if (!read.Candidates.TryGetValue(due.CustomerNo, out var candidate))
                rows.Add(new LeaseRow(due, -1, MessageState.Skipped, SkipReason.CustomerGone, due.Channel, 0, 0));
            else if (DecideOne(job, due, candidate, read.BestHours.TryGetValue(due.CustomerNo, out var hour) ? hour : null, now) is { } row)
                rows.Add(row);
        }
        return rows;
    }

    private LeaseRow? DecideOne(SendJob job, DueRow due, Candidate candidate, int? bestHour, DateTimeOffset now)
    {
        var variant = job.VariantOf(due, candidate.ExternalId);
        var plan = job.PlanOf(due.Step, variant);
        var zone = checks.Zone(plan.Rules, candidate.TimeZone);
        if (due.Step == 0 && SendTiming.NotBefore(job.Spec, job.Occurrence, variant == 0 ? null : job.Spec.Phase.Experiment!.Variants[variant - 1], zone, bestHour) is { } own && now < own)
            return new LeaseRow(due, candidate.Version, MessageState.Deferred, SkipReason.Scheduled, due.Channel, 0, own.ToUnixTimeMilliseconds()) { Variant = variant };
        var row = Decided(job, plan, due, candidate, zone, now);
        return row is null ? null : row with { Variant = variant };
    }

    private LeaseRow? Decided(SendJob job, StepPlan plan, DueRow due, Candidate candidate, TimeZoneInfo zone, DateTimeOffset now)
    {
        switch (checks.Decide(plan.Rules, candidate, now))
        {
            case SendVerdict.Skip skip:
                return new LeaseRow(due, candidate.Version, MessageState.Skipped, skip.Reason, LedgerChannel.Of(skip.Kind), 0, 0);
            case SendVerdict.Defer defer:
                return new LeaseRow(due, candidate.Version, MessageState.Deferred, defer.Reason, LedgerChannel.Of(defer.Route.Kind), 0, defer.Until.ToUnixTimeMilliseconds());
            case SendVerdict.Send send when job.Accounts[send.Route.Account!.No].ClosedUntil is { } until && until > now:
                return new LeaseRow(due, candidate.Version, MessageState.Deferred, SkipReason.Throttled, LedgerChannel.Of(send.Route.Kind), 0, until.ToUnixTimeMilliseconds());
            case SendVerdict.Send send:
                return new LeaseRow(due, candidate.Version, MessageState.Leased, SkipReason.None, LedgerChannel.Of(send.Route.Kind), send.Route.Account!.No, 0)
                {
                    CapDay = job.Caps.IsNeeded ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime).DayNumber : 0,
                    AddressHash = send.Channel.AddressHash,
                    Cost = plan.Highest[send.Route.Account!.No],
                };
            default:
                return null;
        }
    }

    private Dictionary<int, IChannel> Open(SendJob job, List<LeaseRow> rows) =>
        rows.Where(row => row.To == MessageState.Leased).Select(row => row.AccountNo).Distinct().ToDictionary(no => no, no => pool.For(job.Accounts[no]));

    /// <returns>The rows as they stand; null: nothing may be leased.</returns>
    private async Task<IReadOnlyList<LeaseRow>?> LeaseAsync(
        WriteTransaction tx, SendJob job, SendBatch batch, List<LeaseRow> rows, Dictionary<long, Candidate> candidates, long epoch, LeaseTime lease, CancellationToken cancellationToken)
    {
        await node.CheckAsync(tx, epoch, cancellationToken);
        var (closed, switchedAt) = await ReachoutControls.ClosedAsync(tx, job.Scopes, cancellationToken);
        if (switchedAt > job.Epoch)
        {
            controls.Raise(switchedAt);
            return null;
        }
        if (job.WholeScopes.Any(closed.Contains) || !await IsApprovedAsync(tx, job, cancellationToken))
            return null;
        var open = closed.Count == 0 ? rows : [.. rows.Where(row => !IsClosed(job, row, candidates, closed))];
        if (open.Count == 0)
            return [];
        var standing = await ledger.LeaseAsync(tx, job.Occurrence.Id, open, job.Caps, epoch, lease.Until, Shard(batch), cancellationToken);
        return await ReserveAsync(tx, job, batch, standing, cancellationToken);
    }

    /// <summary>Reserves money for what was leased; where another sender took the last of it meanwhile, the messages are put back.</summary>
    private async Task<IReadOnlyList<LeaseRow>> ReserveAsync(WriteTransaction tx, SendJob job, SendBatch batch, IReadOnlyList<LeaseRow> rows, CancellationToken cancellationToken)
    {
        var leased = rows.Where(row => row.To == MessageState.Leased && row.Cost != 0).ToList();
        if (leased.Count == 0)
            return rows;
        var over = await MessageBudgets.ApplyAsync(tx, job.Occurrence.Id, [.. leased.Select(row => new CostMove(row.Channel, MessageState.Planned, 0, MessageState.Leased, row.Cost))], cancellationToken);
        if (over.Count == 0)
            return rows;
        await deliveries.SettleAsync(tx, job, [.. leased.Where(row => over.Contains(row.Channel)).Select(Settlement.Returned)], Shard(batch), cancellationToken);
        return [.. rows.Where(row => row.To != MessageState.Leased || !over.Contains(row.Channel) || row.Cost == 0)];
    }

    private static bool IsClosed(SendJob job, LeaseRow row, Dictionary<long, Candidate> candidates, HashSet<string> closed) =>
        row.To == MessageState.Leased && job.IsClosed(row, candidates[row.Due.CustomerNo].Language, closed);

    /// <summary>What was approved is what is sent: the campaign's approved package must be the one this reach-out was scheduled from.</summary>
    private static Task<bool> IsApprovedAsync(WriteTransaction tx, SendJob job, CancellationToken cancellationToken) =>
        tx.Db.Campaigns.AnyAsync(
            row => row.Id == job.Reachout.CampaignId && row.ApprovedHash == job.Reachout.PackageHash && row.Status == CampaignStatus.Running,
            cancellationToken);

    /// <summary>Whether the phase as it is scheduled now may go out. The job may be older than a new approval: what it left is then for the next one.</summary>
    private static Task<bool> IsScheduledAsApprovedAsync(WriteTransaction tx, SendJob job, CancellationToken cancellationToken) =>
        tx.Db.Campaigns.AnyAsync(
            row => row.Id == job.Reachout.CampaignId && row.Status == CampaignStatus.Running
                && tx.Db.Reachouts.Any(reachout => reachout.Id == job.Reachout.Id && reachout.PackageHash == row.ApprovedHash),
            cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Occurrence {Occurrence}, batch {Batch}: {Count} messages were leased by a sender that is gone; they are unknown until settled.")]
    private partial void LogStranded(long occurrence, int batch, int count);

    private sealed record ReadRows(IReadOnlyList<DueRow> Rows, Dictionary<long, Candidate> Candidates, Dictionary<long, int> BestHours);
}
