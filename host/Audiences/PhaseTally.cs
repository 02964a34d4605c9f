using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.Audiences;

/// <summary>Counts what the send checks say of one phase: its first message, the most that its steps can do, and who goes in which wave.</summary>
internal sealed class PhaseTally
{
    /// <summary>Days of a drip that are listed; a longer one says how many there are.</summary>
    private const int WavesListed = 60;
    private const decimal Micros = 1_000_000m;

    /// <summary>Before a campaign runs nobody has converted in it.</summary>
    public static readonly IReadOnlyDictionary<string, object?> NotConverted = new Dictionary<string, object?> { ["converted"] = false };

    /// <summary>What is known of those whom a step for the converted finds.</summary>
    public static readonly IReadOnlyDictionary<string, object?> Converted = new Dictionary<string, object?> { ["converted"] = true };

    private readonly Phase phase;
    private readonly long treated;
    private readonly FirstTally first;
    private readonly List<StepTally> steps = [];
    private readonly List<(long Treated, long Reached)> waves = [];

    /// <param name="phase">The phase.</param>
    /// <param name="brief">Whose it is.</param>
    /// <param name="campaignId">Draws the variants of an experiment.</param>
    /// <param name="treated">How many it is for.</param>
    /// <param name="rules">The rules of the phase as a step or variant has it.</param>
    /// <param name="prices">What its messages cost, with the offer of a variant.</param>
    public PhaseTally(Phase phase, Brief brief, Guid campaignId, long treated, Func<Phase, SendRules> rules, Func<Phase, string?, PhasePrices> prices)
    {
        (this.phase, this.treated) = (phase, treated);
        var addresses = new Dictionary<string, long>(StringComparer.Ordinal);
        var variants = phase.Experiment?.Variants ?? [];
        first = new FirstTally(
            phase, campaignId, treated,
            (number, own) => new StepTally(
                rules(phase.At(0, number)), StartOf(brief, phase, number == 0 ? null : variants[number - 1].Time), prices(phase.At(0, number), number == 0 ? null : variants[number - 1].Offer).Of, own),
            addresses);
        var at = StartOf(brief, phase, null);
        for (var number = 1; number <= phase.Steps.Count; number++)
        {
            at = at.AddHours(phase.Steps[number - 1].Early ? 0 : (double)phase.Steps[number - 1].AfterHours);
            steps.Add(new StepTally(rules(phase.At(number, 0)), at, prices(phase.At(number, 0), null).Of, addresses));
        }
    }

    /// <param name="checks">The send's own.</param>
    /// <param name="candidate">A treated customer.</param>
    /// <param name="converted">The same, when converted.</param>
    /// <param name="position">Place in the order of ranks, from 0: waves go by it. Who is behind the treated is held out of all marketing.</param>
    public void Add(SendChecks checks, Candidate candidate, Func<Candidate> converted, long position)
    {
        var reason = first.Add(checks, candidate, position);
        AddToWave(position, reason is null);
        var hasConverted = false;
        for (var i = 0; i < steps.Count && MayAdvance(phase.Steps[i].When, reason); i++)
        {
            hasConverted |= phase.Steps[i].When == StepWhen.Converted;
            reason = steps[i].Add(checks, hasConverted ? converted() : candidate);
        }
    }

    public PhaseForecast Result() => new(phase.Key, phase.Name, first.Channels, first.Deferred, first.Skipped)
    {
        Cost = first.Cost,
        Variants = first.Variants(),
        Steps = [.. steps.Select((step, i) => new StepForecast(i + 1, phase.Steps[i].When, phase.Steps[i].AfterHours, step.Total, step.Channels.Values.Sum(), step.Channels, step.Deferred, step.Skipped) { Early = phase.Steps[i].Early, Cost = step.Cost / Micros })],
        Waves = [.. waves.Take(WavesListed).Select((wave, i) => new WaveForecast(i + 1, phase.PerDay is null ? i == 0 ? phase.Date : null : phase.Date.AddDays(i), wave.Treated, wave.Reached))],
        WaveCount = waves.Count,
        LastDay = phase.PerDay is not null && waves.Count > 0 ? phase.Date.AddDays(waves.Count - 1) : null,
    };

    // As the ledger plans a step: only a message that may have arrived is followed up, and one that found no channel goes on to the next.
    private static bool MayAdvance(string when, SkipReason? reason) =>
        reason is null || (when == StepWhen.NotDelivered && reason is >= SkipReason.NoConsentedChannel and <= SkipReason.NoText);

    private void AddToWave(long position, bool isReached)
    {
        if (!Waves.Has(phase) || position >= treated)
            return;
        var size = Math.Max(1, phase.PerDay ?? HoldoutRank.Count(treated, phase.Rollout?.FirstPercent ?? phase.Experiment!.TestPercent));
        var number = (int)(phase.PerDay is not null ? position / size : position < size ? 0 : 1);
        while (waves.Count <= number)
            waves.Add((0, 0));
        waves[number] = (waves[number].Treated + 1, waves[number].Reached + (isReached ? 1 : 0));
    }

    // A variant's own time counts only where all go at a fixed one, as in the send.
    private static DateTimeOffset StartOf(Brief brief, Phase phase, TimeOnly? own) =>
        brief.InstantOf(phase.Date, phase.Timing == SendTimings.Fixed && own is { } time ? time : phase.Time).ToUniversalTime();
}
