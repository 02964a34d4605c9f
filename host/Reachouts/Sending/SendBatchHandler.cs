using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Works through one batch of an occurrence, a micro-batch at a time. It may end anywhere: what is left is found again by the next run, on this
/// node or another. Work of one batch never runs twice at a time.
/// </summary>
internal sealed class SendBatchHandler(
    Database database, Ledger ledger, SendJobs jobs, MicroBatches microBatches, SendBatches batches, WorkSchedule schedule, WorkTurns turns, BusinessClock clock, TimeProvider realClock) : IWorkHandler
{
    public const string WorkKind = "send-batch";

    /// <summary>After this the batch goes to the end of the queue, so that a slow provider doesn't keep all workers.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    public string Kind => WorkKind;

    public bool IsLong => true;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<BatchWork>(item.Payload, JsonDefaults.Options)!;
        var job = await jobs.RecentAsync(work.OccurrenceId, cancellationToken);
        var batch = await database.ReadAsync((db, token) => db.SendBatches.SingleOrDefaultAsync(row => row.OccurrenceId == work.OccurrenceId && row.No == work.No, token), cancellationToken);
        if (job is null || batch is null)
        {
            await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
            return;
        }
        await microBatches.StrandAsync(job, batch, cancellationToken);
        var began = clock.GetUtcNow();
        var (pass, moved, wait) = await RunAsync(job, batch, item.Epoch, cancellationToken);
        // What became due, or could move, during the run is worth another look at once; so is what was closed and no longer is.
        var again = new Again(pass is Pass.TurnOver or Pass.Closed || moved > 0, began.ToUnixTimeMilliseconds(), wait);
        cancellationToken.ThrowIfCancellationRequested();
        await database.WriteAsync((tx, token) => FinishAsync(tx, item, job, batch, pass, again, token), cancellationToken);
    }

    /// <summary>While one micro-batch is in flight, the next is read and leased.</summary>
    private async Task<(Pass Pass, int Moved, TimeSpan? Wait)> RunAsync(SendJob job, SendBatch batch, long epoch, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var after = batch.FirstCustomer - 1;
        var moved = 0;
        // Follow-ups have latest times of their own; what is planned while this runs has longer than a run takes.
        var latestAt = job.Spec.Phase.Steps.Count == 0 ? job.Occurrence.LatestAt : await ledger.FirstLatestAsync(job.Occurrence, batch, cancellationToken) ?? DateTimeOffset.MaxValue;
        var sending = Task.CompletedTask;
        try
        {
            while (true)
            {
                if (Interrupted(latestAt, started, cancellationToken) is { } interrupted)
                    return (interrupted, moved, null);
                var leased = await microBatches.LeaseAsync(job, batch, after, epoch, cancellationToken);
                await AfterAsync(sending, () => sending = microBatches.ReturnAsync(job, batch, leased));
                if (leased.IsStale)
                    return (Pass.TurnOver, moved, null);
                if (leased.IsClosed)
                    return (Pass.Closed, moved, null);
                if (leased.LastCustomer is not { } last)
                    return (Pass.AtEnd, moved, null);
                (after, moved) = (last, moved + leased.Moved);
                sending = microBatches.SendAsync(job, batch, leased, cancellationToken);
                if (leased.Wait is { } wait)
                    return (Pass.AtEnd, moved, wait);
            }
        }
        finally
        {
            // What is in flight is settled before the batch ends, also when it ends by an error.
            await sending;
        }
    }

    /// <summary>A failed settlement of one micro-batch must not leave the next one leased.</summary>
    private static async Task AfterAsync(Task sending, Action giveBack)
    {
        try
        {
            await sending;
        }
        catch
        {
            giveBack();
            throw;
        }
    }

    private Pass? Interrupted(DateTimeOffset latestAt, long started, CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() > latestAt)
            return Pass.TooLate;
        return cancellationToken.IsCancellationRequested || Stopwatch.GetElapsedTime(started) > Turn || turns.IsOver() ? Pass.TurnOver : null;
    }

    /// <summary>Decides under the occurrence's lock what becomes of the batch, from its open messages and the switches as they are now.</summary>
    private async Task FinishAsync(WriteTransaction tx, WorkItem item, SendJob job, SendBatch read, Pass pass, Again again, CancellationToken cancellationToken)
    {
        var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", job.Occurrence.Id).SingleAsync(cancellationToken);
        var batch = await tx.Db.SendBatches.AsTracking().SingleAsync(row => row.OccurrenceId == read.OccurrenceId && row.No == read.No, cancellationToken);
        if (job.Occurrence.LatestAt != occurrence.LatestAt)
            jobs.Forget(occurrence.Id);   // a wave has opened since it was read
        if (pass == Pass.TooLate)
            await ledger.ExpireAsync(tx, occurrence, batch, await MessageBudgets.WhyLateAsync(tx.Db, batch.OccurrenceId, cancellationToken), cancellationToken);
        var (nextDue, leaseEnds) = await ledger.OpenAsync(tx, batch.OccurrenceId, batch.FirstCustomer, batch.LastCustomer, cancellationToken);
        var (closure, isStale) = await MicroBatches.ClosureAsync(tx, job, cancellationToken);
        await schedule.CompleteAsync(tx, item, cancellationToken);
        var isOpen = nextDue is not null || leaseEnds is not null;
        if (!isOpen)
            await batches.RestAsync(tx, job, occurrence, batch, cancellationToken);
        else if (nextDue is not null && closure == Closure.Whole && pass != Pass.TurnOver)
            batch.State = BatchState.Parked;   // the end of the hold wakes it
        else
            await ComeBackAsync(tx, occurrence, batch, again with { AtOnce = again.AtOnce || isStale || HasMore(job, occurrence, read, batch), IsPartlyClosed = closure == Closure.Partly }, nextDue, leaseEnds, cancellationToken);
        // Nobody's follow-up waits for what is still open of others.
        if (isOpen)
            await batches.LookAheadAsync(tx, job, occurrence, batch, clock.GetUtcNow(), cancellationToken);
        await batches.StartNextAsync(tx, occurrence, cancellationToken);
        await batches.CompleteIfDoneAsync(tx, occurrence, cancellationToken);
    }

    /// <summary>While this ran a wave was opened or follow-ups were planned, which it may not have seen.</summary>
    private static bool HasMore(SendJob job, Occurrence occurrence, SendBatch read, SendBatch batch) => job.Occurrence.LatestAt != occurrence.LatestAt || read.LatestAt != batch.LatestAt;

    private async Task ComeBackAsync(WriteTransaction tx, Occurrence occurrence, SendBatch batch, Again again, long? nextDue, long? leaseEnds, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = DateTimeOffset.MaxValue;
        if (nextDue is { } waiting)
            due = DateTimeOffset.FromUnixTimeMilliseconds(waiting);
        if (leaseEnds is { } ends && now + (DateTimeOffset.FromUnixTimeMilliseconds(ends) - realClock.GetUtcNow()) is var recovery && recovery < due)
            due = recovery;
        // Messages that are due but were left (their customer changed, or a channel is closed) are looked at again in a moment, not in a spin.
        if (due <= now)
            due = again.Wait is { } wait ? now + wait : again.AtOnce || nextDue > again.Began ? now : now + (again.IsPartlyClosed ? LookAgain : TimeSpan.FromSeconds(1));
        await batches.StartAsync(tx, occurrence, batch, due, cancellationToken);
        if (due > now.AddSeconds(5))
            batch.State = BatchState.Parked;   // it waits for its time and takes no place among the running
    }

    private readonly record struct Again(bool AtOnce, long Began, TimeSpan? Wait)
    {
        /// <summary>What is left may be what a switch keeps back; its end wakes the batch, others of the batch may become due before.</summary>
        public bool IsPartlyClosed { get; init; }
    }

    private enum Pass
    {
        AtEnd,
        TurnOver,
        Closed,
        TooLate,
    }
}
