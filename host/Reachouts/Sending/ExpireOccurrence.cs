using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>At the latest time of a reach-out, or of one of its waves or steps: what still waits expires instead of going out late, held or not.</summary>
internal sealed class ExpireOccurrence(Database database, Ledger ledger, SendBatches batches, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "expire-occurrence";

    public string Kind => WorkKind;

    /// <summary>For a latest time that came later than the first: each has work of its own.</summary>
    public static Task EnqueueAsync(WriteTransaction tx, WorkSchedule schedule, Occurrence occurrence, DateTimeOffset latest, CancellationToken cancellationToken) =>
        schedule.EnqueueAsync(
            tx, new NewWork(WorkKind, FormattableString.Invariant($"{occurrence.Id}/{latest.ToUnixTimeMilliseconds()}"), latest, new OccurrenceWork(occurrence.Id), occurrence.CampaignId), cancellationToken);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<OccurrenceWork>(item.Payload, JsonDefaults.Options)!;
        var open = await database.ReadAsync(
            async (db, token) =>
            {
                var latest = await db.Occurrences.Where(row => row.Id == work.OccurrenceId).Select(row => (DateTimeOffset?)row.LatestAt).SingleOrDefaultAsync(token);
                var all = await db.SendBatches.Where(row => row.OccurrenceId == work.OccurrenceId && row.State != BatchState.Done).OrderBy(row => row.No).ToListAsync(token);
                var now = clock.GetUtcNow();
                return all.Where(row => (row.LatestAt ?? latest) <= now).ToList();
            },
            cancellationToken);
        foreach (var batch in open)
        {
            await database.WriteAsync(
                async (tx, token) => await ledger.CloseAsync(tx, batch.OccurrenceId, batch.FirstCustomer, batch.LastCustomer, MessageState.Expired, await MessageBudgets.WhyLateAsync(tx.Db, batch.OccurrenceId, token), token), cancellationToken);
        }
        await database.WriteAsync(
            async (tx, token) =>
            {
                // A sender settles its last leases and closes its batch; a parked one has nobody else to close it.
                if (await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", work.OccurrenceId).SingleOrDefaultAsync(token) is { } occurrence)
                    await batches.WakeAsync(tx, occurrence, token);
                await schedule.CompleteAsync(tx, item, token);
            },
            cancellationToken);
    }
}
