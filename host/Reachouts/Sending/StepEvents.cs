using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>What evidence has made of a message.</summary>
internal readonly record struct StepEvidence(long CustomerNo, short Step, MessageState From, MessageState To);

/// <summary>
/// Has batches looked at within a minute when receipts or clicks may bring a follow-up on, in the transaction of that evidence. However much comes in a minute, each
/// batch is looked at once. Thread-safe.
/// </summary>
internal sealed class StepEvents(WorkSchedule schedule, BusinessClock clock)
{
    /// <summary>Conditions of early steps by reach-out, as its package has them; of others nothing is kept but that they are there.</summary>
    private readonly ConcurrentDictionary<Guid, (string PackageHash, IReadOnlyList<string> Steps)> known = new();

    /// <summary>Receipts have moved messages of an occurrence on.</summary>
    public async Task NoteAsync(WriteTransaction tx, long occurrenceId, IReadOnlyCollection<StepEvidence> evidence, CancellationToken cancellationToken)
    {
        if (evidence.All(one => !IsFailure(one) && one.From != MessageState.Unknown) || await FindAsync(tx, occurrenceId, cancellationToken) is not { } found)
            return;
        // What was unknown begins its hours when it is settled.
        var customers = evidence.Where(one => one.Step < found.Steps.Count && (one.From == MessageState.Unknown || (IsFailure(one) && found.Steps[one.Step] == StepWhen.NotDelivered)))
            .Select(one => one.CustomerNo).Distinct().ToArray();
        await LookAsync(tx, occurrenceId, found.CampaignId, customers, cancellationToken);
    }

    /// <summary>A person has followed the link of a message for the first time.</summary>
    public async Task NoteClickAsync(WriteTransaction tx, TrackedLinkRow link, CancellationToken cancellationToken)
    {
        if (await FindAsync(tx, link.OccurrenceId, cancellationToken) is { } found && link.Step < found.Steps.Count && found.Steps[link.Step] == StepWhen.Clicked)
            await LookAsync(tx, link.OccurrenceId, found.CampaignId, [link.CustomerNo], cancellationToken);
    }

    private static bool IsFailure(StepEvidence evidence) => evidence.To is MessageState.Failed or MessageState.Expired;

    /// <summary>What brings each step of an occurrence on, empty where nothing does; null: it has no steps, or is over.</summary>
    private async Task<(Guid CampaignId, IReadOnlyList<string> Steps)?> FindAsync(WriteTransaction tx, long occurrenceId, CancellationToken cancellationToken)
    {
        var found = await tx.Db.Occurrences.Where(row => row.Id == occurrenceId && row.State == ReachoutState.Running)
            .Join(tx.Db.Reachouts, row => row.ReachoutId, row => row.Id, (_, row) => new { row.Id, row.CampaignId, row.PackageHash }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        if (!known.TryGetValue(found.Id, out var entry) || entry.PackageHash != found.PackageHash)
        {
            var spec = JsonSerializer.Deserialize<ReachoutSpec>(await tx.Db.Reachouts.Where(row => row.Id == found.Id).Select(row => row.Spec).SingleAsync(cancellationToken), JsonDefaults.Options)!;
            entry = (found.PackageHash, [.. spec.Phase.Steps.Select(step => step.Early ? step.When : "")]);
            known[found.Id] = entry;
        }
        return entry.Steps.Count == 0 ? null : (found.CampaignId, entry.Steps);
    }

    private async Task LookAsync(WriteTransaction tx, long occurrenceId, Guid campaignId, long[] customers, CancellationToken cancellationToken)
    {
        if (customers.Length == 0)
            return;
        var numbers = new List<int>();
        await using (var command = tx.Connection.CreateCommand())
        {
            command.Transaction = tx.Transaction;
#pragma warning disable CA2100 // A constant per dialect; values travel as parameters.
            command.CommandText = $"SELECT DISTINCT b.no FROM {RowSet.Source(tx.Dialect, "customer_no")} JOIN send_batches b ON b.occurrence_id = @occurrence AND r.customer_no BETWEEN b.first_customer AND b.last_customer AND b.state <> {(short)BatchState.Done}";
#pragma warning restore CA2100
            RowSet.Bind(command, "occurrence", occurrenceId);
            RowSet.Bind(command, tx.Dialect, ("customer_no", customers));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                numbers.Add(reader.GetInt32(0));
        }
        var due = clock.GetUtcNow() + StepSql.Soon;
        await schedule.EnqueueSoonerAsync(tx, [.. numbers.Select(no => AdvanceStep.Of(occurrenceId, no, due, campaignId))], cancellationToken);
    }
}
