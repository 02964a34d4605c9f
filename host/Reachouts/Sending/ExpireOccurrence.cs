using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>At a latest time, of a reach-out or one of its waves or of follow-ups: what still waits and should be out expires instead of going out late, held or not.</summary>
internal sealed class ExpireOccurrence(Database database, Ledger ledger, SendBatches batches, WorkSchedule schedule) : IWorkHandler
{
    public const string WorkKind = "expire-occurrence";

    public string Kind => WorkKind;

    /// <summary>For a latest time that came later than the first: each has work of its own.</summary>
    public static Task EnqueueAsync(WriteTransaction tx, WorkSchedule schedule, Occurrence occurrence, DateTimeOffset latest, CancellationToken cancellationToken) =>
        schedule.EnqueueAsync(
            tx, new NewWork(WorkKind, FormattableString.Invariant($"{occurrence.Id}/{latest.ToUnixTimeMilliseconds()}"), latest, new OccurrenceWork(occurrence.Id), occurrence.CampaignId), cancellationToken);

    /// <summary>For follow-ups of a batch.</summary>
    public static Task EnqueueAsync(WriteTransaction tx, WorkSchedule schedule, Occurrence occurrence, SendBatch batch, DateTimeOffset latest, CancellationToken cancellationToken) =>
        schedule.EnqueueAsync(
            tx,
            new NewWork(
                WorkKind, FormattableString.Invariant($"{occurrence.Id}/{batch.No}/{latest.ToUnixTimeMilliseconds()}"), latest, new OccurrenceWork(occurrence.Id) { Batch = batch.No }, occurrence.CampaignId),
            cancellationToken);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<OccurrenceWork>(item.Payload, JsonDefaults.Options)!;
        var open = await database.ReadAsync(
            (db, token) => db.SendBatches.Where(row => row.OccurrenceId == work.OccurrenceId && row.State != BatchState.Done && (work.Batch == null || row.No == work.Batch)).OrderBy(row => row.No).ToListAsync(token),
            cancellationToken);
        foreach (var batch in open)
        {
            await database.WriteAsync(
                async (tx, token) =>
                {
                    var occurrence = await tx.Db.Occurrences.AsNoTracking().SingleAsync(row => row.Id == work.OccurrenceId, token);
                    await ledger.ExpireAsync(tx, occurrence, batch, await MessageBudgets.WhyLateAsync(tx.Db, batch.OccurrenceId, token), token);
                },
                cancellationToken);
        }
        await database.WriteAsync(
            async (tx, token) =>
            {
                // A sender settles its last leases and closes its batch; a parked one has nobody else to close it.
                if (open.Count > 0 && await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", work.OccurrenceId).SingleOrDefaultAsync(token) is { } occurrence)
                    await batches.WakeAsync(tx, occurrence, work.Batch, token);
                await schedule.CompleteAsync(tx, item, token);
            },
            cancellationToken);
    }
}
