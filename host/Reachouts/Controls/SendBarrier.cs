using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Waits after a switch was thrown: a lease that began before may still be leaving, none that begins later can be of the scope. It has passed when
/// each of those has been settled, or has run out with its sender dead. Thread-safe.
/// </summary>
internal sealed class SendBarrier(Database database, ControlWatch watch, TimeProvider realClock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    public async Task<BarrierResult> WaitAsync(ControlScope scope, TimeSpan atMost, CancellationToken cancellationToken)
    {
        await watch.RefreshAsync(cancellationToken);
        var until = realClock.GetUtcNow() + atMost;
        var target = await database.ReadAsync((db, token) => TargetAsync(db, scope, null, token), cancellationToken);
        HashSet<Flying>? before = null;
        while (true)
        {
            var flying = await database.ReadAsync((db, token) => FlyingAsync(db, target, token), cancellationToken);
            flying.UnionWith(await database.ReadAsync((db, token) => ConfirmationsAsync(db, scope, token), cancellationToken));
            if (before is null)
                before = flying;
            else
                before.IntersectWith(flying);   // What was leased since is of another account, text or segment.
            if (before.Count == 0 || realClock.GetUtcNow() >= until)
                return await database.ReadAsync((db, token) => ResultAsync(db, target, before.Count, scope.IsPartial, token), cancellationToken);
            await Task.Delay(LookEvery, realClock, cancellationToken);
        }
    }

    /// <param name="since">Counts completed ones of wider scopes too, if they were due after this; null: not.</param>
    internal static IQueryable<Occurrence> InScope(OrchestratorDb db, ControlScope scope, DateTimeOffset? since = null)
    {
        var rows = db.Occurrences.AsNoTracking();
        if (scope.CampaignId is { } campaign)
            return rows.Where(row => row.CampaignId == campaign);
        return scope.ReachoutId is { } reachout ? rows.Where(row => row.ReachoutId == reachout) : rows.Where(row => row.State != ReachoutState.Completed || row.Due >= since);
    }

    internal static async Task<SendTarget> TargetAsync(OrchestratorDb db, ControlScope scope, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var occurrences = await InScope(db, scope, since).Select(row => new { row.Id, row.ReachoutId }).ToListAsync(cancellationToken);
        if (scope.ChannelKind is { } kind)
            return new SendTarget([.. occurrences.Select(row => row.Id)], [LedgerChannel.Of(kind)], null);
        if (scope.AccountNo is { } no)
            return new SendTarget([.. occurrences.Select(row => row.Id)], null, no);
        if (scope is { IsOfTexts: false, SegmentKey: null })
            return new SendTarget([.. occurrences.Select(row => row.Id)], null, null);
        var ids = occurrences.Select(row => row.ReachoutId).ToList();
        var specs = await db.Reachouts.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.Spec }).ToListAsync(cancellationToken);
        var reachouts = new HashSet<Guid>();
        var channels = new HashSet<short>();
        foreach (var row in specs)
        {
            var spec = JsonSerializer.Deserialize<ReachoutSpec>(row.Spec, JsonDefaults.Options)!;
            if (scope.SegmentKey is { } segment ? spec.Brief.Audience.SegmentId == segment : await AddChannelsAsync(db, scope, spec, channels, cancellationToken))
                reachouts.Add(row.Id);
        }
        return new SendTarget([.. occurrences.Where(row => reachouts.Contains(row.ReachoutId)).Select(row => row.Id)], scope.IsOfTexts ? [.. channels] : null, null);
    }

    private static async Task<bool> AddChannelsAsync(OrchestratorDb db, ControlScope scope, ReachoutSpec spec, HashSet<short> channels, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var text in spec.Phase.AllTexts())
        {
            if (!await TextScopes.IsAboutAsync(db, scope, text, cancellationToken))
                continue;
            channels.Add(LedgerChannel.Of(ChannelNames.Parse(text.Channel)));
            any = true;
        }
        return any;
    }

    /// <summary>Leases whose request can still be leaving; a dead sender's count until their time has passed.</summary>
    private async Task<HashSet<Flying>> FlyingAsync(OrchestratorDb db, SendTarget target, CancellationToken cancellationToken)
    {
        // The counters say for most of the waiting that nothing is left to look for.
        var counts = await CountStatesAsync(db, target, cancellationToken);
        if (counts.GetValueOrDefault(MessageState.Leased) == 0)
            return [];
        var now = realClock.GetUtcNow().ToUnixTimeMilliseconds();
        var rows = db.Messages.Where(row => target.Occurrences.Contains(row.OccurrenceId) && row.State == MessageState.Leased && row.LeaseUntil > now);
        if (target.Channels is { } channels)
            rows = rows.Where(row => channels.Contains(row.Channel));
        if (target.AccountNo is { } account)
            rows = rows.Where(row => row.AccountNo == account);
        return [.. await rows.Select(row => new Flying(row.OccurrenceId, row.CustomerNo, row.Step, row.Attempt)).ToListAsync(cancellationToken)];
    }

    /// <summary>Confirmations of opt-outs belong to no occurrence.</summary>
    private async Task<List<Flying>> ConfirmationsAsync(OrchestratorDb db, ControlScope scope, CancellationToken cancellationToken)
    {
        if (scope != ControlScope.All && scope.ChannelKind is null && scope.AccountNo is null)
            return [];
        var now = realClock.GetUtcNow().ToUnixTimeMilliseconds();
        var rows = db.OptOutConfirmations.Where(row => row.State == ConfirmationState.Sending && row.LeaseUntil > now);
        if (scope.AccountNo is { } no)
            rows = rows.Where(row => row.AccountNo == no);
        if (scope.ChannelKind is { } kind)
            rows = rows.Where(row => db.ChannelAccounts.Any(account => account.No == row.AccountNo && account.Kind == kind));
        return await rows.Select(row => new Flying(0, row.Id, 0, 0)).ToListAsync(cancellationToken);
    }

    private static async Task<BarrierResult> ResultAsync(OrchestratorDb db, SendTarget target, int inFlight, bool isPartial, CancellationToken cancellationToken)
    {
        var counts = await CountStatesAsync(db, target, cancellationToken);
        long Of(params MessageState[] states) => states.Sum(state => counts.GetValueOrDefault(state));
        // What a dead sender had leased may have left.
        var gone = inFlight == 0 && !isPartial ? Of(MessageState.Leased) : 0;
        return new BarrierResult(Of(MessageState.Accepted, MessageState.Delivered, MessageState.Failed, MessageState.Unknown) + gone, Of(MessageState.Planned, MessageState.Deferred), inFlight);
    }

    private static async Task<Dictionary<MessageState, long>> CountStatesAsync(OrchestratorDb db, SendTarget target, CancellationToken cancellationToken)
    {
        var rows = db.MessageCounts.Where(row => target.Occurrences.Contains(row.OccurrenceId));
        // A message has no channel before it is decided on: what waits counts for each.
        if (target.Channels is { } channels)
            rows = rows.Where(row => row.Channel == 0 || channels.Contains(row.Channel));
        return await rows.GroupBy(row => row.State).Select(group => new { group.Key, Count = group.Sum(row => row.Count) }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
    }

    private readonly record struct Flying(long OccurrenceId, long CustomerNo, short Step, short Attempt);
}

/// <summary>Where messages of a scope are; null: any channel, any account.</summary>
internal sealed record SendTarget(IReadOnlyList<long> Occurrences, IReadOnlyList<short>? Channels, int? AccountNo);
