using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Payload of a batch's work.</summary>
internal sealed record BatchWork(long OccurrenceId, int No);

/// <summary>
/// The batches of occurrences: a few of each run at a time, every finished one starts the next. All changes happen with the occurrence's row
/// locked, so no batch is forgotten between a planner and a sender.
/// </summary>
internal sealed class SendBatches(Ledger ledger, WorkSchedule schedule, NodeLease node, AuditChain audit, BusinessClock clock)
{
    /// <summary>For each node that lives.</summary>
    private const int WindowPostgreSql = 8;
    private const int WindowSqlite = 3;

    public async Task AddAsync(WriteTransaction tx, Occurrence occurrence, long first, long last, CancellationToken cancellationToken)
    {
        var no = (await tx.Db.SendBatches.Where(row => row.OccurrenceId == occurrence.Id).MaxAsync(row => (int?)row.No, cancellationToken) ?? 0) + 1;
        var active = await tx.Db.SendBatches.CountAsync(row => row.OccurrenceId == occurrence.Id && row.State == BatchState.Active, cancellationToken);
        var batch = new SendBatch { OccurrenceId = occurrence.Id, No = no, FirstCustomer = first, LastCustomer = last, Wave = occurrence.Wave };
        tx.Db.Add(batch);
        if (active < Window(tx))
            await StartAsync(tx, occurrence, batch, clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>Enqueues a batch.</summary>
    public async Task StartAsync(WriteTransaction tx, Occurrence occurrence, SendBatch batch, DateTimeOffset due, CancellationToken cancellationToken)
    {
        batch.State = BatchState.Active;
        await schedule.EnqueueAsync(tx, new NewWork(SendBatchHandler.WorkKind, Key(batch), due, new BatchWork(batch.OccurrenceId, batch.No), occurrence.CampaignId), cancellationToken);
    }

    /// <summary>No message of the batch is open: it waits for the time of somebody's follow-up, or is done.</summary>
    public async Task RestAsync(WriteTransaction tx, SendJob job, Occurrence occurrence, SendBatch batch, CancellationToken cancellationToken) =>
        batch.State = await LookAheadAsync(tx, job, occurrence, batch, clock.GetUtcNow(), cancellationToken) ? BatchState.Awaiting : BatchState.Done;

    /// <summary>Has the batch looked at when the first of its customers may be followed up.</summary>
    /// <returns>False: nobody will be.</returns>
    public async Task<bool> LookAheadAsync(WriteTransaction tx, SendJob job, Occurrence occurrence, SendBatch batch, DateTimeOffset notBefore, CancellationToken cancellationToken)
    {
        var steps = job.Spec.Phase.Steps;
        if (steps.Count == 0 || occurrence.State != ReachoutState.Running)
            return false;
        await tx.Db.SaveChangesAsync(cancellationToken);
        if (await IsTakenOverAsync(tx, job, occurrence, batch, cancellationToken))
            return false;
        if (await ledger.NextStepAsync(tx, occurrence, batch, steps, cancellationToken) is not { } next)
            return false;
        await schedule.EnqueueSoonerAsync(tx, [AdvanceStep.Of(batch.OccurrenceId, batch.No, next > notBefore ? next : notBefore, occurrence.CampaignId)], cancellationToken);
        return true;
    }

    /// <summary>Whether a phase goes in waves that are followed up: each wave's batches then take over the follow-ups of the waves before, so that no two look at the same customers.</summary>
    public static bool FollowWaves(SendJob job) => job.Spec.Phase.Steps.Count > 0 && Waves.Has(job.Spec.Phase);

    /// <summary>All of a wave are planned: its batches look at everybody's follow-ups from now on.</summary>
    public async Task TakeOverAsync(WriteTransaction tx, Occurrence occurrence, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        var own = await tx.Db.SendBatches.AsTracking().Where(row => row.OccurrenceId == occurrence.Id && row.Wave == occurrence.Wave).OrderBy(row => row.No).ToListAsync(cancellationToken);
        if (own.Count == 0)
            return;
        own[^1].LastCustomer = long.MaxValue;
        // Those that have to wait for their turn to send don't keep the follow-ups of others waiting.
        if (occurrence.Wave > 0)
            await schedule.EnqueueSoonerAsync(tx, [.. own.Select(batch => AdvanceStep.Of(occurrence.Id, batch.No, clock.GetUtcNow(), occurrence.CampaignId))], cancellationToken);
    }

    /// <summary>Whether the batches of a later wave, all of them planned, look at this batch's customers.</summary>
    public static async Task<bool> IsTakenOverAsync(WriteTransaction tx, SendJob job, Occurrence occurrence, SendBatch batch, CancellationToken cancellationToken)
    {
        if (!FollowWaves(job))
            return false;
        var last = await tx.Db.SendBatches.Where(row => row.OccurrenceId == occurrence.Id).MaxAsync(row => row.Wave, cancellationToken);
        var isPlanned = occurrence.PlannedTo is null || occurrence.Wave > last;
        return batch.Wave < (isPlanned ? last : last - 1);
    }

    /// <summary>Starts waiting batches as far as the window allows.</summary>
    public async Task StartNextAsync(WriteTransaction tx, Occurrence occurrence, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        var active = await tx.Db.SendBatches.CountAsync(row => row.OccurrenceId == occurrence.Id && row.State == BatchState.Active, cancellationToken);
        var next = await tx.Db.SendBatches.AsTracking().Where(row => row.OccurrenceId == occurrence.Id && row.State == BatchState.Waiting)
            .OrderBy(row => row.No).Take(Math.Max(0, Window(tx) - active)).ToListAsync(cancellationToken);
        foreach (var batch in next)
            await StartAsync(tx, occurrence, batch, clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>Enqueues everything that is not done of an occurrence that may send again, or of one batch of it.</summary>
    public async Task WakeAsync(WriteTransaction tx, Occurrence occurrence, int? no, CancellationToken cancellationToken)
    {
        foreach (var batch in await tx.Db.SendBatches.AsTracking().Where(row => row.OccurrenceId == occurrence.Id && row.State == BatchState.Parked && (no == null || row.No == no)).ToListAsync(cancellationToken))
            await StartAsync(tx, occurrence, batch, clock.GetUtcNow(), cancellationToken);
        await StartNextAsync(tx, occurrence, cancellationToken);
    }

    /// <summary>Opens the batches of messages that were put back to planned.</summary>
    public async Task ReopenAsync(WriteTransaction tx, long occurrenceId, IReadOnlyCollection<long> customers, CancellationToken cancellationToken)
    {
        var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", occurrenceId).SingleAsync(cancellationToken);
        foreach (var batch in await tx.Db.SendBatches.AsTracking().Where(row => row.OccurrenceId == occurrenceId).ToListAsync(cancellationToken))
        {
            if (customers.Any(customer => customer >= batch.FirstCustomer && customer <= batch.LastCustomer))
                await StartAsync(tx, occurrence, batch, clock.GetUtcNow(), cancellationToken);
        }
        await RunAgainAsync(tx, occurrence, cancellationToken);
    }

    /// <summary>Opens one batch again, in its turn.</summary>
    public async Task ReopenAsync(WriteTransaction tx, Occurrence occurrence, SendBatch read, CancellationToken cancellationToken)
    {
        var batch = await tx.Db.SendBatches.AsTracking().SingleAsync(row => row.OccurrenceId == read.OccurrenceId && row.No == read.No, cancellationToken);
        if (batch.State != BatchState.Active)
            batch.State = BatchState.Waiting;
        await RunAgainAsync(tx, occurrence, cancellationToken);
        await StartNextAsync(tx, occurrence, cancellationToken);
    }

    private static async Task RunAgainAsync(WriteTransaction tx, Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.State != ReachoutState.Completed)
            return;
        occurrence.State = ReachoutState.Running;
        var reachout = await tx.Db.Reachouts.AsTracking().SingleAsync(row => row.Id == occurrence.ReachoutId, cancellationToken);
        (reachout.State, reachout.EndedAt) = (ReachoutState.Running, null);
    }

    /// <summary>Completes the occurrence when all is planned and no batch has open messages; the figures go on the campaign's chain.</summary>
    public async Task CompleteIfDoneAsync(WriteTransaction tx, Occurrence occurrence, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        if (occurrence.State != ReachoutState.Running || occurrence.PlannedTo is not null
            || await tx.Db.SendBatches.AnyAsync(row => row.OccurrenceId == occurrence.Id && row.State != BatchState.Done, cancellationToken))
            return;
        occurrence.State = ReachoutState.Completed;
        await EndAsync(tx, occurrence, ReachoutState.Completed, "reachout-completed", Actor.System, null, cancellationToken);
    }

    public async Task EndAsync(WriteTransaction tx, Occurrence occurrence, ReachoutState state, string type, Actor actor, string? reason, CancellationToken cancellationToken)
    {
        // A recurring one goes on until its trigger is gone. Locked, as whoever removes the trigger locks it: one of the two sees what the other did.
        var reachout = await tx.Locked<Reachout>("SELECT * FROM reachouts WHERE id = {0}", occurrence.ReachoutId).SingleAsync(cancellationToken);
        var trigger = RecurReachout.TriggerKey(reachout.Id);
        if (!await tx.Db.RecurringTriggers.AnyAsync(row => row.Key == trigger, cancellationToken))
            (reachout.State, reachout.EndedAt) = (state, clock.GetUtcNow());
        var counts = await tx.Db.MessageCounts.Where(row => row.OccurrenceId == occurrence.Id).ToListAsync(cancellationToken);
        var figures = counts.GroupBy(row => row.State).Where(group => group.Sum(row => row.Count) != 0).ToDictionary(group => CamelCase(group.Key.ToString()), group => group.Sum(row => row.Count));
        await audit.AppendAsync(tx, AuditChain.ForCampaign(occurrence.CampaignId), actor, cancellationToken, new AuditEntry(type, reachout.Phase, figures, reason));
    }

    public static string Key(SendBatch batch) => FormattableString.Invariant($"{batch.OccurrenceId}/{batch.No}");

    private int Window(WriteTransaction tx) => tx.Dialect == DatabaseDialect.PostgreSql ? WindowPostgreSql * node.LiveNodes : WindowSqlite;

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
