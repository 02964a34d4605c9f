using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Follow-ups, and when each message expires.</summary>
internal sealed partial class Ledger
{
    /// <summary>Plans a step for those of a batch whose time has come. Safe to repeat: a customer gets a step at most once.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PlanStepAsync(WriteTransaction tx, Occurrence occurrence, SendBatch batch, (short Number, PhaseStep Step) step, int latestMinute, CancellationToken cancellationToken)
    {
        await using var command = Command(
            tx, StepSql.Plan(step.Step),
            ("occurrence", occurrence.Id), ("campaign", occurrence.CampaignId), ("first", batch.FirstCustomer), ("last", batch.LastCustomer), ("step", step.Number), ("latest", latestMinute), ("now", Now));
        var planned = await command.ExecuteNonQueryAsync(cancellationToken);
        var deltas = new CountDeltas(occurrence.Id);
        deltas.Add(new CountKey(step.Number, 0, MessageState.Planned, SkipReason.None), planned);
        await CountAsync(tx, deltas, 0, cancellationToken);
        return planned;
    }

    /// <summary>When somebody of the batch may next be followed up; null: nobody will be.</summary>
    public async Task<DateTimeOffset?> NextStepAsync(WriteTransaction tx, Occurrence occurrence, SendBatch batch, IReadOnlyList<PhaseStep> steps, CancellationToken cancellationToken)
    {
        await using var command = Command(
            tx, StepSql.Next(steps), ("occurrence", occurrence.Id), ("campaign", occurrence.CampaignId), ("first", batch.FirstCustomer), ("last", batch.LastCustomer), ("now", Now));
        return await command.ExecuteScalarAsync(cancellationToken) is long at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }

    /// <summary>When the first message that waits in the batch expires; null: none waits.</summary>
    public Task<DateTimeOffset?> FirstLatestAsync(Occurrence occurrence, SendBatch batch, CancellationToken cancellationToken) => database.LedgerReadAsync(
        async (db, token) =>
        {
            await db.Database.OpenConnectionAsync(token);
            var range = Range.Of(occurrence, batch);
            await using var command = Command(
                db.Database.GetDbConnection(), null, StepSql.FirstLatest, ("occurrence", range.OccurrenceId), ("first", range.First), ("last", range.Last), ("latest", range.Latest));
            return await command.ExecuteScalarAsync(token) is long at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null;
        },
        cancellationToken);

    /// <summary>Gives follow-ups of the batch that were planned again at least until then.</summary>
    public static async Task PutOffAsync(WriteTransaction tx, SendBatch batch, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, StepSql.PutOff, ("occurrence", batch.OccurrenceId), ("first", batch.FirstCustomer), ("last", batch.LastCustomer), ("latest", LatestMinute(latest)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>As a message keeps its latest time: the next full minute.</summary>
    public static int LatestMinute(DateTimeOffset latest) => (int)((latest.ToUnixTimeMilliseconds() + 59_999) / 60_000);

    /// <param name="OccurrenceId">The occurrence.</param>
    /// <param name="First">Customer.</param>
    /// <param name="Last">Customer.</param>
    /// <param name="Latest">Unix ms: when messages without a latest time of their own expire.</param>
    private readonly record struct Range(long OccurrenceId, long First, long Last, long Latest)
    {
        public static Range Of(Occurrence occurrence, SendBatch batch) => new(occurrence.Id, batch.FirstCustomer, batch.LastCustomer, occurrence.LatestAt.ToUnixTimeMilliseconds());
    }
}
