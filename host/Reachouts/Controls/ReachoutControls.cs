using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Hold, pause, resume and stop. Every change is audited and takes effect on every node with its commit: leases read the switches.</summary>
public sealed partial class ReachoutControls
{
    public const string Chain = "holds";
    private readonly Database database;
    private readonly Ledger ledger;
    private readonly SendBatches batches;
    private readonly ControlWatch watch;
    private readonly AuditChain audit;
    private readonly BusinessClock clock;
    private readonly SendBarrier barrier;
    private readonly WorkSchedule schedule;
    private readonly TimeSpan patience;

    internal ReachoutControls(Database database, Ledger ledger, SendBatches batches, ControlWatch watch, SendBarrier barrier, WorkSchedule schedule, AuditChain audit, BusinessClock clock, OrchestratorOptions options) =>
        (this.database, this.ledger, this.batches, this.watch, this.barrier, this.schedule, this.audit, this.clock, patience) = (database, ledger, batches, watch, barrier, schedule, audit, clock, TimeSpan.FromSeconds(options.BarrierWaitSeconds));

    /// <summary>The switches that are thrown, newest first.</summary>
    public Task<List<SendControl>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.SendControls.Where(row => row.HeldBy != null || row.PausedBy != null).OrderByDescending(row => row.HeldAt ?? row.PausedAt).ToListAsync(token), cancellationToken);

    /// <summary>Compliance stop 紧急叫停. Returns when nothing of the scope is in flight, or after a short wait with the count that still is.</summary>
    public async Task<Outcome<BarrierResult>> HoldAsync(ControlScope scope, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return Refusal.Invalid(new FieldProblem("reason", "field.required"));
        if (!ControlScope.IsValid(scope.Key))
            return Refusal.Invalid(new FieldProblem("scope", "field.scope-unknown", scope.Key));
        scope = scope.Normalised;
        var outcome = await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                var campaign = await HeldCampaign.LockAsync(tx, scope, token);
                if ((scope.CampaignId is not null && campaign is null) || (scope.ReachoutId is { } reachout && !await tx.Db.Reachouts.AnyAsync(item => item.Id == reachout, token)))
                    return Refusal.Invalid(new FieldProblem("scope", "field.scope-unknown", scope.Key));
                if (scope.NeedsReread)
                    await RereadAsync(tx, token);
                var row = await LockAsync(tx, scope, token);
                if (row.HeldBy is not null)
                    return Refusal.Conflict("already-held", row.HeldBy);
                (row.HeldBy, row.HoldReason, row.HeldAt) = (actor.UserName, reason, clock.GetUtcNow());
                row.Epoch++;
                if (campaign is not null)
                    HeldCampaign.Hold(campaign, row, reason, clock.GetUtcNow());
                await schedule.EnqueueAsync(tx, RecallMessages.After(scope, isForGood: false, clock.GetUtcNow()), token);
                await AppendAsync(tx, scope, "sending-held", reason, actor, token);
                return Done.Value;
            },
            cancellationToken);
        return outcome.Refusal is { } refusal ? refusal : await PassAsync(scope, cancellationToken);
    }

    /// <summary>Lifts a hold; the person who held may not.</summary>
    public Task<Outcome<Done>> LiftAsync(ControlScope scope, string reason, Actor actor, CancellationToken cancellationToken) =>
        RefreshAfterAsync(database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (string.IsNullOrWhiteSpace(reason))
                    return Refusal.Invalid(new FieldProblem("reason", "field.required"));
                scope = scope.Normalised;
                var campaign = await HeldCampaign.LockAsync(tx, scope, token);
                if (scope.NeedsReread)
                    await RereadAsync(tx, token);
                var row = await LockAsync(tx, scope, token);
                if (row.HeldBy is null)
                    return Refusal.Conflict("not-held", scope.Key);
                if (row.HeldBy == actor.UserName)
                    return new Refusal("other-person-needed", StatusCodes.Status403Forbidden, row.HeldBy);
                (row.HeldBy, row.HoldReason, row.HeldAt) = (null, null, null);
                row.Epoch++;
                if (campaign is not null)
                    HeldCampaign.Lift(campaign, row, clock.GetUtcNow());
                await AppendAsync(tx, scope, "hold-lifted", reason, actor, token);
                await WakeAsync(tx, scope, token);
                return Done.Value;
            },
            cancellationToken), cancellationToken);

    public async Task<Outcome<BarrierResult>> PauseAsync(Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken)
    {
        await database.WriteAsync((tx, token) => PauseAsync(tx, campaignId, reason, actor, token), cancellationToken);
        return await PassAsync(ControlScope.Campaign(campaignId), cancellationToken);
    }

    /// <summary>Pauses as part of a larger transaction; pausing twice is fine. Call <see cref="WaitAsync"/> after its commit.</summary>
    public async Task PauseAsync(WriteTransaction tx, Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var row = await LockAsync(tx, ControlScope.Campaign(campaignId), cancellationToken);
        if (row.PausedBy is not null)
            return;
        (row.PausedBy, row.PauseReason, row.PausedAt) = (actor.UserName, reason, clock.GetUtcNow());
        row.Epoch++;
        await AppendAsync(tx, ControlScope.Campaign(campaignId), "sending-paused", reason, actor, cancellationToken);
    }

    public Task<Outcome<Done>> ResumeAsync(Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken) =>
        RefreshAfterAsync(database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                await ResumeAsync(tx, campaignId, reason, actor, token);
                return Done.Value;
            },
            cancellationToken), cancellationToken);

    /// <summary>Ends a pause; without one nothing happens. A hold stays.</summary>
    public async Task ResumeAsync(WriteTransaction tx, Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var scope = ControlScope.Campaign(campaignId);
        var row = await LockAsync(tx, scope, cancellationToken);
        if (row.PausedBy is null)
            return;
        (row.PausedBy, row.PauseReason, row.PausedAt) = (null, null, null);
        row.Epoch++;
        await AppendAsync(tx, scope, "sending-resumed", reason, actor, cancellationToken);
        await WakeAsync(tx, scope, cancellationToken);
        tx.AfterCommit(() => _ = watch.RefreshAsync(CancellationToken.None));
    }

    /// <summary>Ends every reach-out of the campaign for good; unsent messages become skipped(stopped).</summary>
    public async Task<Outcome<BarrierResult>> StopAsync(Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken)
    {
        await database.WriteAsync((tx, token) => StopAsync(tx, campaignId, reason, actor, token), cancellationToken);
        return await PassAsync(ControlScope.Campaign(campaignId), cancellationToken);
    }

    public async Task StopAsync(WriteTransaction tx, Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (await tx.Db.Occurrences.AnyAsync(item => item.CampaignId == campaignId, cancellationToken))
            await schedule.EnqueueAsync(tx, RecallMessages.After(ControlScope.Campaign(campaignId), isForGood: true, clock.GetUtcNow()), cancellationToken);
        if (!await tx.Db.Occurrences.AnyAsync(item => item.CampaignId == campaignId && item.State != ReachoutState.Completed && item.State != ReachoutState.Stopped, cancellationToken))
            return;
        var row = await LockAsync(tx, ControlScope.Campaign(campaignId), cancellationToken);
        if (row.StoppedBy is null)
        {
            (row.StoppedBy, row.StoppedAt) = (actor.UserName, clock.GetUtcNow());
            row.Epoch++;
            await AppendAsync(tx, ControlScope.Campaign(campaignId), "sending-stopped", reason, actor, cancellationToken);
        }
        foreach (var occurrence in await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE campaign_id = {0}", campaignId).ToListAsync(cancellationToken))
        {
            if (occurrence.State is ReachoutState.Completed or ReachoutState.Stopped)
                continue;
            occurrence.State = ReachoutState.Stopped;
            foreach (var batch in await tx.Db.SendBatches.AsTracking().Where(item => item.OccurrenceId == occurrence.Id && item.State != BatchState.Done).ToListAsync(cancellationToken))
            {
                await ledger.CloseAsync(tx, occurrence.Id, batch.FirstCustomer, batch.LastCustomer, MessageState.Skipped, SkipReason.Stopped, cancellationToken);
                // Leased messages are settled by their sender; a dead one's by the run that this starts.
                await batches.StartAsync(tx, occurrence, batch, clock.GetUtcNow(), cancellationToken);
            }
            await batches.EndAsync(tx, occurrence, ReachoutState.Stopped, "reachout-stopped", actor, reason, cancellationToken);
        }
    }

    /// <summary>Waits for the barrier: until nothing of the scope is in flight, at most <paramref name="atMost"/>.</summary>
    public Task<BarrierResult> WaitAsync(ControlScope scope, TimeSpan atMost, CancellationToken cancellationToken) => barrier.WaitAsync(scope, atMost, cancellationToken);

    /// <summary>The same for as long as a person is made to wait (<c>Orchestrator:BarrierWaitSeconds</c>).</summary>
    public Task<BarrierResult> WaitAsync(ControlScope scope, CancellationToken cancellationToken) => barrier.WaitAsync(scope, patience, cancellationToken);

    /// <summary>In a transaction that changes what senders hold in memory: their jobs are read anew before anything more is sent from them.</summary>
    internal static async Task RereadAsync(WriteTransaction tx, CancellationToken cancellationToken) =>
        (await LockAsync(tx, ControlScope.All, cancellationToken)).Epoch++;

    /// <summary>Locks the switches of these scopes against change until the commit, and says which are thrown and what the epoch of <c>all</c> is.</summary>
    internal static async Task<(HashSet<string> Closed, long Epoch)> ClosedAsync(WriteTransaction tx, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        await using var command = tx.Connection.CreateCommand();
        command.Transaction = tx.Transaction;
#pragma warning disable CA2100 // One of LedgerSql's texts.
        command.CommandText = LedgerSql.For(tx.Dialect).Controls;
#pragma warning restore CA2100
        RowSet.Bind(command, tx.Dialect, ("scope", scopes.ToArray()));
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var closed = new HashSet<string>();
        var epoch = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetString(0) == ControlScope.All.Key)
                epoch = reader.GetInt64(4);
            if (!reader.IsDBNull(1) || !reader.IsDBNull(2) || !reader.IsDBNull(3))
                closed.Add(reader.GetString(0));
        }
        return (closed, epoch);
    }

    /// <summary>Makes switches that are not there yet.</summary>
    internal static async Task EnsureAsync(WriteTransaction tx, IEnumerable<string> scopes, CancellationToken cancellationToken)
    {
        foreach (var scope in scopes.Order(StringComparer.Ordinal))
            await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO send_controls (scope, epoch) VALUES ({scope}, 0) ON CONFLICT (scope) DO NOTHING", cancellationToken);
    }

    private async Task<Outcome<BarrierResult>> PassAsync(ControlScope scope, CancellationToken cancellationToken) => await WaitAsync(scope, cancellationToken);

    private async Task<Outcome<Done>> RefreshAfterAsync(Task<Outcome<Done>> change, CancellationToken cancellationToken)
    {
        var outcome = await change;
        await watch.RefreshAsync(cancellationToken);
        return outcome;
    }

    private static async Task<SendControl> LockAsync(WriteTransaction tx, ControlScope scope, CancellationToken cancellationToken)
    {
        await EnsureAsync(tx, [scope.Key], cancellationToken);
        return await tx.Locked<SendControl>("SELECT * FROM send_controls WHERE scope = {0}", scope.Key).SingleAsync(cancellationToken);
    }

    private async Task AppendAsync(WriteTransaction tx, ControlScope scope, string type, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var campaign = scope.CampaignId ?? (scope.ReachoutId is { } id ? await tx.Db.Reachouts.Where(row => row.Id == id).Select(row => (Guid?)row.CampaignId).SingleOrDefaultAsync(cancellationToken) : null);
        await audit.AppendAsync(tx, campaign is { } one ? AuditChain.ForCampaign(one) : Chain, actor, cancellationToken, new AuditEntry(type, scope.Key, null, reason));
    }

    private async Task WakeAsync(WriteTransaction tx, ControlScope scope, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        foreach (var occurrence in await SendBarrier.InScope(tx.Db, scope).Where(row => row.State == ReachoutState.Running).OrderBy(row => row.Id).ToListAsync(cancellationToken))
        {
            var locked = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", occurrence.Id).SingleAsync(cancellationToken);
            await batches.WakeAsync(tx, locked, null, cancellationToken);
        }
    }
}
