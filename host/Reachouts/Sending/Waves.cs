using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>What stands between a wave and the next.</summary>
internal abstract record WaveGate
{
    private WaveGate() { }

    internal sealed record Open : WaveGate;

    /// <summary>Not yet: look again then.</summary>
    internal sealed record Wait(DateTimeOffset Until) : WaveGate;

    /// <summary>A person has to say: the question with its figures.</summary>
    internal sealed record Ask(string Question) : WaveGate;
}

/// <summary>
/// Parts of an audience that go one after the other: a small first batch, so many a day, or a test before its winner. A wave is a range of ranks, so
/// everybody has the same chance to be in it.
/// </summary>
internal sealed class Waves(BusinessClock clock)
{
    public const string Widen = "widen";
    public const string Stop = "stop";
    private const decimal Whole = 100m;

    public static bool Has(Phase phase) => phase.Rollout is not null || phase.PerDay is not null || phase.Experiment is { TestPercent: < Whole };

    /// <summary>The highest rank of the next wave.</summary>
    public static async Task<long> BoundaryAsync(WriteTransaction tx, Occurrence occurrence, Phase phase, CancellationToken cancellationToken)
    {
        if (!Has(phase) || (occurrence.Wave > 0 && phase.PerDay is null))
            return long.MaxValue;
        var members = tx.Db.AudienceMembers.Where(row => row.CampaignId == occurrence.CampaignId && row.Arm != Arm.Holdout);
        if (occurrence.HasOwnAudience)
            members = members.Where(row => tx.Db.Set<OccurrenceMember>().Any(own => own.OccurrenceId == occurrence.Id && own.CustomerNo == row.CustomerNo));
        var size = phase.PerDay ?? HoldoutRank.Count(await members.LongCountAsync(cancellationToken), phase.Rollout?.FirstPercent ?? phase.Experiment!.TestPercent);
        var after = occurrence.RankAfter;
        // No one at all in the first wave would be no test: at least one goes.
        var last = await members.Where(row => row.Rank > after).OrderBy(row => row.Rank).Skip((int)Math.Max(0, size - 1)).Select(row => (long?)row.Rank).FirstOrDefaultAsync(cancellationToken);
        return last ?? long.MaxValue;
    }

    /// <summary>When the next wave is looked at.</summary>
    public DateTimeOffset NextLook(ReachoutSpec spec, Occurrence occurrence)
    {
        var phase = spec.Phase;
        if (phase.PerDay is null)
            return clock.GetUtcNow().AddMinutes(phase.Rollout?.ObserveMinutes ?? 60);
        var first = TimeZoneInfo.ConvertTime(occurrence.Due, TimeZoneInfo.FindSystemTimeZoneById(spec.Brief.TimeZone)).DateTime;
        // A recurring one has the hour of its own moment.
        return spec.Brief.InstantOf(DateOnly.FromDateTime(first).AddDays(occurrence.Wave), phase.Recurrence is null ? phase.Time : TimeOnly.FromDateTime(first)).ToUniversalTime();
    }

    public async Task<WaveGate> GateAsync(WriteTransaction tx, SendJob job, Occurrence occurrence, string? answer, CancellationToken cancellationToken)
    {
        var phase = job.Spec.Phase;
        // One wave ends before the next begins; its follow-ups need not.
        if (await IsOpenAsync(tx, occurrence, phase, cancellationToken))
            return new WaveGate.Wait(clock.GetUtcNow().AddMinutes(phase.Timing == SendTimings.Fixed ? 1 : phase.Rollout?.ObserveMinutes ?? 1));
        if (phase.PerDay is not null || answer == Widen)
            return new WaveGate.Open();
        if (phase.Rollout is not { } rollout)
            return job.Winner > 0 ? new WaveGate.Open() : new WaveGate.Wait(clock.GetUtcNow().AddHours(1));
        var numbers = await CampaignFigureReader.NumbersAsync(tx.Db, occurrence.CampaignId, cancellationToken);
        var scope = Guardrails.Scope(numbers with { Messages = await CountsAsync(tx, occurrence, phase, cancellationToken) });
        var breached = job.Spec.Brief.Guardrails.FirstOrDefault(guardrail => Guardrails.Evaluate(guardrail.Condition, scope) != false);
        var holds = string.IsNullOrWhiteSpace(rollout.Condition) || Guardrails.Evaluate(rollout.Condition, scope) == true;
        if (breached is null && holds)
            return new WaveGate.Open();
        var figures = string.Join(", ", scope.Where(pair => pair.Value is not (null or 0L or 0m)).Select(pair => FormattableString.Invariant($"{pair.Key} = {pair.Value}")));
        return new WaveGate.Ask($"After the first {rollout.FirstPercent} %: {breached?.Condition ?? rollout.Condition}. {figures}. Widen to everybody, or stop here?");
    }

    /// <summary>Whether first messages of the present wave are open. Without follow-ups also whether a batch has not ended: those of two waves share ranges of customers.</summary>
    private static async Task<bool> IsOpenAsync(WriteTransaction tx, Occurrence occurrence, Phase phase, CancellationToken cancellationToken) =>
        phase.Steps.Count == 0
            ? await tx.Db.SendBatches.AnyAsync(row => row.OccurrenceId == occurrence.Id && row.State != BatchState.Done, cancellationToken)
            : await tx.Db.MessageCounts.Where(row => row.OccurrenceId == occurrence.Id && row.Step == 0 && (row.State == MessageState.Planned || row.State == MessageState.Leased || row.State == MessageState.Deferred))
                .SumAsync(row => row.Count, cancellationToken) > 0;

    /// <summary>The figures of this occurrence alone: a recurring reach-out has others.</summary>
    private static async Task<IReadOnlyList<LedgerCount>> CountsAsync(WriteTransaction tx, Occurrence occurrence, Phase phase, CancellationToken cancellationToken)
    {
        var counts = await tx.Db.MessageCounts.AsNoTracking().Where(row => row.OccurrenceId == occurrence.Id).ToListAsync(cancellationToken);
        return [.. counts.GroupBy(row => (row.Step, row.Channel, row.State, row.Reason))
            .Select(group => new LedgerCount(occurrence.ReachoutId, phase.Key, group.Key.Step, LedgerChannel.Name(group.Key.Channel), group.Key.State, group.Key.Reason, group.Sum(row => row.Count)))];
    }
}
