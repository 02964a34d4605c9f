using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// Counts the first messages of a phase. With an experiment everybody is counted with the channels, texts and time of the variant that the hash of their id draws, as
/// the send does; whoever is beyond the test is counted once for each variant that may win.
/// </summary>
internal sealed class FirstTally
{
    private const decimal Micros = 1_000_000m;
    private readonly Experiment? experiment;
    private readonly Guid campaignId;
    private readonly long tested;
    private readonly long treated;

    // One for each variant that may win the rest, the first being what is shown; of the others only the rest is looked at.
    private readonly List<World> worlds;

    /// <param name="phase">The phase.</param>
    /// <param name="campaignId">Draws the variants; without a campaign they are as large, but other people.</param>
    /// <param name="treated">How many the phase is for.</param>
    /// <param name="make">A tally of the phase as variant 0 (none), 1, 2 … has it.</param>
    /// <param name="addresses">Of the occurrence.</param>
    public FirstTally(Phase phase, Guid campaignId, long treated, Func<int, Dictionary<string, long>, StepTally> make, Dictionary<string, long> addresses)
    {
        (experiment, this.campaignId, this.treated) = (phase.Experiment, campaignId, treated);
        tested = experiment is { TestPercent: < 100 } test ? Math.Max(1, HoldoutRank.Count(treated, test.TestPercent)) : treated;
        var variants = experiment?.Variants.Count ?? 0;
        worlds = [.. Enumerable.Range(0, tested < treated ? variants : 1).Select(winner =>
        {
            var own = winner == 0 ? addresses : new Dictionary<string, long>(StringComparer.Ordinal);
            return new World([.. Enumerable.Range(variants == 0 ? 0 : 1, Math.Max(1, variants)).Select(number => make(number, own))], variants == 0 ? null : make(winner + 1, own));
        })];
    }

    private IEnumerable<StepTally> Counted => worlds[0].Rest is { } rest ? [.. worlds[0].Drawn, rest] : worlds[0].Drawn;

    public IReadOnlyDictionary<string, long> Channels => Sum(tally => tally.Channels, new Dictionary<string, long>());

    public IReadOnlyDictionary<string, long> Skipped => Sum(tally => tally.Skipped, new SortedDictionary<string, long>(StringComparer.Ordinal));

    public long Deferred => Counted.Sum(tally => tally.Deferred);

    public decimal Cost => Counted.Sum(tally => tally.Cost) / Micros;

    /// <param name="checks">The send's own.</param>
    /// <param name="candidate">The customer.</param>
    /// <param name="position">Place in the order of ranks: the test comes first, behind the treated is who gets no marketing at all.</param>
    /// <returns>Null: the customer gets it; otherwise why not.</returns>
    public SkipReason? Add(SendChecks checks, Candidate candidate, long position)
    {
        var isRest = position >= tested && position < treated;
        var variant = experiment is null ? 0 : Assignment.VariantOf(experiment, campaignId, candidate.ExternalId) - 1;
        SkipReason? shown = null;
        for (var i = 0; i < worlds.Count; i++)
        {
            var reason = (isRest ? worlds[i].Rest! : worlds[i].Drawn[variant]).Add(checks, candidate);
            shown = i == 0 ? reason : shown;
        }
        return shown;
    }

    public IReadOnlyList<VariantForecast> Variants() => experiment is null ? [] :
    [
        .. experiment.Variants.Select((variant, i) =>
        {
            var (drawn, rest) = (worlds[0].Drawn[i], i < worlds.Count ? worlds[i].Rest : null);
            return new VariantForecast(
                variant.Key, drawn.Total, drawn.Channels.Values.Sum(), drawn.Channels, drawn.Deferred, drawn.Skipped, drawn.Cost / Micros,
                rest?.Total ?? 0, rest?.Channels.Values.Sum() ?? 0, (rest?.Cost ?? 0) / Micros);
        }),
    ];

    private T Sum<T>(Func<StepTally, IReadOnlyDictionary<string, long>> of, T into)
        where T : IDictionary<string, long>
    {
        foreach (var (name, count) in Counted.SelectMany(of))
            into[name] = (into.TryGetValue(name, out var before) ? before : 0) + count;
        return into;
    }

    private sealed record World(IReadOnlyList<StepTally> Drawn, StepTally? Rest);
}
