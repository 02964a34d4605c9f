namespace Orchestrator.Host.Audiences;

/// <summary>What one phase would do to the treated and the globally held out. Sums: channels + skipped = both; <paramref name="Deferred"/> are among the channels.</summary>
public sealed record PhaseForecast(
    string Key, string Name, IReadOnlyDictionary<string, long> Channels, long Deferred, IReadOnlyDictionary<string, long> Skipped)
{
    public long Reached => Channels.Values.Sum();

    /// <summary>What the first messages cost, at the accounts' prices of now; null: made before that was part of it.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Its experiment, variant by variant; what is counted above is the sum of these.</summary>
    public IReadOnlyList<VariantForecast> Variants { get; init; } = [];

    /// <summary>Its further messages, one after the other.</summary>
    public IReadOnlyList<StepForecast> Steps { get; init; } = [];

    /// <summary>Who goes when, where not all go at once: the days of a drip (the first 60), or a first batch and the rest.</summary>
    public IReadOnlyList<WaveForecast> Waves { get; init; } = [];

    /// <summary>How many waves there are.</summary>
    public int WaveCount { get; init; }

    /// <summary>Day of the last wave of a drip; null: not known, or all at once.</summary>
    public DateOnly? LastDay { get; init; }
}

/// <summary>
/// The most that a step can do: nobody knows before who will click or convert, so everybody is counted of whom its condition may come true.
/// Sums: channels + skipped = <paramref name="AtMost"/>.
/// </summary>
/// <param name="Step">1, 2 … within the phase.</param>
/// <param name="When">Its condition, see <see cref="Campaigns.StepWhen"/>.</param>
/// <param name="AfterHours">Hours after the message before.</param>
/// <param name="AtMost">Customers who may come to it.</param>
/// <param name="Reached">Of these, the ones that its own channels reach.</param>
/// <param name="Channels">The reached by channel.</param>
/// <param name="Deferred">The reached who would have to wait for the end of their quiet hours.</param>
/// <param name="Skipped">The others by reason.</param>
public sealed record StepForecast(
    int Step, string When, decimal AfterHours, long AtMost, long Reached, IReadOnlyDictionary<string, long> Channels, long Deferred, IReadOnlyDictionary<string, long> Skipped)
{
    /// <summary>It may come as soon as its condition is certain: it is held against the checks at the time of the message before.</summary>
    public bool Early { get; init; }

    /// <summary>The most that its messages can cost; null: made before that was part of it.</summary>
    public decimal? Cost { get; init; }
}

/// <summary>
/// One variant of an experiment. Who draws it is known before, so that is exact; those beyond the test get the winner, which nobody knows: they are counted with
/// the first variant, and for each is said what they would come to if it won. Sums: reached + skipped = <paramref name="Drawn"/>.
/// </summary>
/// <param name="Key">Its key in the brief.</param>
/// <param name="Drawn">Customers who draw it.</param>
/// <param name="Reached">Of these, the ones that its channels reach.</param>
/// <param name="Channels">The reached by channel.</param>
/// <param name="Deferred">The reached who would have to wait for the end of their quiet hours.</param>
/// <param name="Skipped">The others by reason.</param>
/// <param name="Cost">What the messages to the reached cost.</param>
/// <param name="Rest">Customers beyond the test.</param>
/// <param name="RestReached">Of these, the reached if it won.</param>
/// <param name="RestCost">What their messages would cost if it won.</param>
public sealed record VariantForecast(
    string Key, long Drawn, long Reached, IReadOnlyDictionary<string, long> Channels, long Deferred, IReadOnlyDictionary<string, long> Skipped, decimal Cost, long Rest, long RestReached, decimal RestCost);

/// <summary>A part of the audience that goes before another.</summary>
/// <param name="Wave">1, 2 … within the phase.</param>
/// <param name="Day">Day of a drip, in the brief's zone; null: when figures or a winner say so.</param>
/// <param name="Treated">How many it takes.</param>
/// <param name="Reached">Of these, the reachable.</param>
public sealed record WaveForecast(int Wave, DateOnly? Day, long Treated, long Reached);
