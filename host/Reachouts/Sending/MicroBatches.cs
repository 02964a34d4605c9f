using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>A leased micro-batch, to be sent; or why there is none: switched off (closed), or the end of the range (no last customer).</summary>
internal sealed record LeasedBatch(bool IsClosed, long? LastCustomer, int Moved = 0)
{
    public static readonly LeasedBatch Closed = new(true, null);
    public static readonly LeasedBatch AtEnd = new(false, null);
    public static readonly LeasedBatch Stale = new(false, null) { IsStale = true };

    /// <summary>What is to be sent, with the customers as they were read.</summary>
    public IReadOnlyList<(LeaseRow Row, Candidate Candidate)> Sending { get; init; } = [];
    public IReadOnlyDictionary<int, IChannel> Channels { get; init; } = new Dictionary<int, IChannel>();
    public LeaseTime? Lease { get; init; }
    public SendPlace? Place { get; init; }

    /// <summary>Nothing more can be sent before this has passed: the budget is used up, or the account's rate is taken.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>A switch was thrown since the job was read; it must be read anew.</summary>
    public bool IsStale { get; init; }

    /// <summary>Both, to be sent under the earlier lease.</summary>
    public LeasedBatch With(LeasedBatch next) => next with
    {
        Moved = Moved + next.Moved,
        Sending = [.. Sending, .. next.Sending],
        Channels = Channels.Concat(next.Channels).DistinctBy(pair => pair.Key).ToDictionary(),
        Lease = Lease,
    };
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
    Database database, Ledger ledger, CandidateFeed feed, SendChecks checks, ChannelPool pool, Deliveries deliveries, MessageComposer composer, ControlWatch controls, NodeLease node,
    SendAllowance allowance, SendPressure pressure, TrackedLinks links, BusinessClock clock, TimeProvider realClock, ILogger<MicroBatches> log)
{
    public const int Size = 128;
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(10);

    /// <summary>Leases the next messages of the batch after a customer. They must be handed to <see cref="SendAsync"/>, whatever happens.</summary>
    public async Task<LeasedBatch> LeaseAsync(SendJob job, SendBatch batch, long after, long epoch, CancellationToken cancellationToken)
    {
        var place = await pressure.EnterAsync(job.Occurrence.Id, cancellationToken);
        LeasedBatch? leased = null;
        try
        {
            leased = await GatherAsync(job, batch, await LeaseNextAsync(job, batch, after, epoch, [], cancellationToken), epoch, cancellationToken);
            return leased.Sending.Count > 0 ? leased with { Place = place } : leased;
        }
        finally
        {
            if (leased is not { Sending.Count: > 0 })
                place.Leave(isCrowded: false);
        }
    }

    /// <summary>Where many share a text, one call is for as many as it can take: their leases go on until it is full, each for a micro-batch.</summary>
    private async Task<LeasedBatch> GatherAsync(SendJob job, SendBatch batch, LeasedBatch leased, long epoch, CancellationToken cancellationToken)
    {
        while (leased is { LastCustomer: { } last, Wait: null } && HasRoomInItsCall(job, leased))
        {
            LeasedBatch more;
            try
            {
                more = await LeaseNextAsync(job, batch, last, epoch, [.. leased.Channels.Keys], cancellationToken);
            }
            catch
            {
                await ReturnAsync(job, batch, leased);
                throw;
            }
            // Closed, stale or at the end: the next look finds it so again.
            if (more.LastCustomer is null)
                return leased;
            leased = leased.With(more);
        }
        return leased;
    }

    private static bool HasRoomInItsCall(SendJob job, LeasedBatch leased) =>
        leased.Channels is { Count: 1 } channels && channels.Single() is var (no, channel) && job.Accounts[no].SharesText && leased.Sending.Count + Size <= channel.MaxBatch;

    /// <param name="job">The job.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="after">The customer before the first.</param>
    /// <param name="epoch">This node's epoch.</param>
    /// <param name="joined">Accounts whose next call these messages join; it has its place in the account's rate.</param>
    /// <param name="cancellationToken">Cancels.</param>
    private async Task<LeasedBatch> LeaseNextAsync(SendJob job, SendBatch batch, long after, long epoch, IReadOnlyCollection<int> joined, CancellationToken cancellationToken)
    {
        if (controls.IsClosed(job.WholeScopes))
            return LeasedBatch.Closed;
        if (controls.IsStale(job.Epoch))
            return LeasedBatch.Stale;
        var read = await feed.ReadAsync(job, after, batch.LastCustomer, Size, cancellationToken);
        if (read.Count == 0)
            return LeasedBatch.AtEnd;
        var (decided, wait) = await allowance.TakeAsync(job, Decide(job, read), joined, cancellationToken);
        if (decided.Count == 0)
            return new LeasedBatch(false, read[^1].Due.CustomerNo) { Wait = wait };
        var channels = Open(job, decided);
        var longest = channels.Values.Select(channel => channel.CallTimeout).DefaultIfEmpty(TimeSpan.Zero).Max();
        var paced = decided.Any(row => row.StartAt != 0) ? AccountRates.Window : TimeSpan.Zero;
        // It waits for the micro-batch before it: the lease outlasts two calls.
        var lease = new LeaseTime(realClock, (2 * (longest + paced)) + LeaseMargin);
        var gate = new LeaseGate(node.Name, epoch, job.Reachout.CampaignId, job.Reachout.PackageHash, job.Epoch, job.Scopes, job.Parts.Switches);
        if (node.Remaining <= TimeSpan.Zero)
            throw new LeaseLostException(node.Name, epoch);
        var order = new LeaseOrder(job.Occurrence.Id, decided, job.Caps, gate, lease.Until, LeaseShard(batch));
        var leased = await database.LedgerWriteAsync(async (tx, token) => await ReserveAsync(tx, job, batch, await ledger.LeaseAsync(tx, order, token), token), cancellationToken);
        if (leased.SwitchedAt > job.Epoch)
        {
            controls.Raise(leased.SwitchedAt);
            return LeasedBatch.Stale;
        }
        if (leased.IsClosed)
            return LeasedBatch.Closed;
        return new LeasedBatch(false, read[^1].Due.CustomerNo, leased.Standing.Count) { Sending = Sending(leased.Standing, read), Channels = channels, Lease = lease, Wait = wait };
    }

    /// <summary>Gives up what dead senders had leased in the range.</summary>
    public async Task StrandAsync(SendJob job, SendBatch batch, CancellationToken cancellationToken)
    {
        var stranded = await database.WriteAsync(
            async (tx, token) =>
            {
                var count = await ledger.StrandAsync(tx, job.Occurrence.Id, batch.FirstCustomer, batch.LastCustomer, realClock.GetUtcNow().ToUnixTimeMilliseconds(), LeaseShard(batch), token);
                if (count > 0)
                    await deliveries.SettleLaterAsync(tx, token);
                return count;
            },
            cancellationToken);
        if (stranded > 0)
            LogStranded(job.Occurrence.Id, batch.No, stranded);
    }

    /// <summary>What is switched off now, and whether something was switched since the job was read; locks the switches until the commit.</summary>
    public static async Task<(Closure Closure, bool IsStale)> ClosureAsync(WriteTransaction tx, SendJob job, CancellationToken cancellationToken)
    {
        var (closed, switchedAt) = await ReachoutControls.ClosedAsync(tx, job.Scopes, cancellationToken);
        var isStale = switchedAt > job.Epoch;
        if (job.WholeScopes.Any(closed.Contains) || !await IsApprovedAsync(tx, job, cancellationToken))
            return (Closure.Whole, isStale);
        return (closed.Count > 0 ? Closure.Partly : Closure.None, isStale);
    }

    // Leases run one micro-batch ahead of settlements: counters of their own keep them from waiting for each other's commit.
    private static short LeaseShard(SendBatch batch) => (short)(batch.No % 16);

    private static short SettleShard(SendBatch batch) => (short)(16 + (batch.No % 16));

    private static List<(LeaseRow, Candidate)> Sending(IReadOnlyList<LeaseRow> standing, IReadOnlyList<DueCandidate> read)
    {
        var sending = new List<(LeaseRow, Candidate)>(standing.Count);
        var at = 0;
        // Both are in order of customers.
        foreach (var row in standing)
        {
            while (read[at].Due.CustomerNo != row.Due.CustomerNo)
                at++;
            if (row.To == MessageState.Leased && read[at].Candidate is { } candidate)
                sending.Add((row, candidate));
        }
        return sending;
    }

    private List<LeaseRow> Decide(SendJob job, IReadOnlyList<DueCandidate> read)
    {
        var now = clock.GetUtcNow();
        var rows = new List<LeaseRow>(read.Count);
        foreach (var (due, candidate, bestHour) in read)
        {
            if (candidate is null)
                rows.Add(new LeaseRow(due, -1, MessageState.Skipped, SkipReason.CustomerGone, due.Channel, 0, 0));
            else if (due.LatestMinute != 0 && due.LatestAt(job.Occurrence) < now)
                continue;   // put back since the batch began; whoever ends the batch ends it
            else if (DecideOne(job, due, candidate, bestHour, now) is { } row)
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
            case SendVerdict.Send send when job.Accounts[send.Account.No].ClosedUntil is { } until && until > now:
                return new LeaseRow(due, candidate.Version, MessageState.Deferred, SkipReason.Throttled, LedgerChannel.Of(send.Route.Kind), 0, until.ToUnixTimeMilliseconds());
            case SendVerdict.Send send:
                return new LeaseRow(due, candidate.Version, MessageState.Leased, SkipReason.None, LedgerChannel.Of(send.Route.Kind), send.Account.No, 0)
                {
                    CapDay = job.Rules.Caps.IsNeeded ? LocalDay.Of(now, zone).DayNumber : 0,
                    AddressHash = send.Channel.AddressHash,
                    Cost = plan.Highest[send.Account.No],
                    Route = job.Accounts[send.Account.No].RouteOfSends,
                    Part = plan.PartOf(send.Route.Kind, send.Account.No, candidate.Language),
                };
            default:
                return null;
        }
    }

    private Dictionary<int, IChannel> Open(SendJob job, List<LeaseRow> rows) =>
        rows.Where(row => row.To == MessageState.Leased).Select(row => row.AccountNo).Distinct().ToDictionary(no => no, no => pool.For(job.Accounts[no]));

    /// <summary>Reserves money for what was leased; where another sender took the last of it meanwhile, the messages are put back.</summary>
    private async Task<LeaseResult> ReserveAsync(WriteTransaction tx, SendJob job, SendBatch batch, LeaseResult result, CancellationToken cancellationToken)
    {
        var leased = result.Standing.Where(row => row.To == MessageState.Leased && row.Cost != 0).ToList();
        if (leased.Count == 0)
            return result;
        var over = await MessageBudgets.ChargeAsync(tx, job.Reachout.CampaignId, job.Occurrence.Id, [.. leased.Select(row => new CostMove(row.Channel, MessageState.Planned, 0, MessageState.Leased, row.Cost))], LeaseShard(batch), cancellationToken);
        if (over.Count == 0)
            return result;
        await deliveries.SettleAsync(tx, job, [.. leased.Where(row => over.Contains(row.Channel)).Select(Settlement.Returned)], LeaseShard(batch), cancellationToken);
        return result with { Standing = [.. result.Standing.Where(row => row.To != MessageState.Leased || !over.Contains(row.Channel) || row.Cost == 0)] };
    }

    /// <summary>
    /// What was approved is what is sent: the campaign's approved package must be the one its reach-out is scheduled from. Both as they are now: the
    /// job may be older than a new approval.
    /// </summary>
    private static Task<bool> IsApprovedAsync(WriteTransaction tx, SendJob job, CancellationToken cancellationToken) =>
        tx.Db.Campaigns.AnyAsync(
            row => row.Id == job.Reachout.CampaignId && row.Status == CampaignStatus.Running
                && tx.Db.Reachouts.Any(reachout => reachout.Id == job.Reachout.Id && reachout.PackageHash == row.ApprovedHash),
            cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Occurrence {Occurrence}, batch {Batch}: {Count} messages were leased by a sender that is gone; they are unknown until settled.")]
    private partial void LogStranded(long occurrence, int batch, int count);
}
