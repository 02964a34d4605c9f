namespace Orchestrator.Host.Campaigns;

/// <summary>A further message of a phase to customers of whose message before something is true: the next channel of a waterfall, or a follow-up.</summary>
public sealed record PhaseStep
{
    /// <summary>Hours that must have passed since the customer's own message before: since it was sent or, where a receipt said so later, since it arrived.</summary>
    public required decimal AfterHours { get; init; }

    /// <summary>What must be true of the message before, see <see cref="StepWhen"/>. A message whose fate is unknown never leads on.</summary>
    public required string When { get; init; }

    /// <summary>
    /// It goes out as soon as its condition is certain, without waiting for the hours: a receipt says that the message before failed for good, or its link was
    /// followed. Only for what can become certain before: <see cref="StepWhen.CanBeEarly"/>.
    /// </summary>
    public bool Early { get; init; }

    /// <summary>Channels in order of preference; null: those of the phase.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>Texts; null: those of the phase.</summary>
    public IReadOnlyList<MessageText>? Texts { get; init; }
    public TrackedLink? Link { get; init; }

    /// <summary>Minutes after which its unsent messages expire.</summary>
    public int LatestMinutes { get; init; } = 240;
}

/// <summary>Conditions of a <see cref="PhaseStep"/>.</summary>
public static class StepWhen
{
    /// <summary>No receipt says that it arrived, or it failed, or the customer can't be reached on its channels.</summary>
    public const string NotDelivered = "not-delivered";
    public const string NotClicked = "not-clicked";
    public const string Clicked = "clicked";
    public const string NotConverted = "not-converted";
    public const string Converted = "converted";

    public static readonly string[] All = [NotDelivered, NotClicked, Clicked, NotConverted, Converted];

    /// <summary>Whether a receipt or a click can say before the hours have passed that it is true and stays so.</summary>
    public static bool CanBeEarly(string when) => when is NotDelivered or Clicked;
}

/// <summary>When each customer's message goes out, see <see cref="Phase.Timing"/>.</summary>
public static class SendTimings
{
    public const string Fixed = "fixed";

    /// <summary>At the phase's time of day where the customer is.</summary>
    public const string RecipientZone = "recipient-zone";

    /// <summary>Within a day of the phase's time, at the hour at which the customer has clicked most.</summary>
    public const string BestTime = "best-time";

    public static readonly string[] All = [Fixed, RecipientZone, BestTime];
}

/// <summary>Small first batch 灰度放量: some go first, the rest when their figures hold; else a person is asked.</summary>
public sealed record Rollout
{
    /// <summary>Percent of the treated that go first, drawn at random.</summary>
    public required decimal FirstPercent { get; init; }

    /// <summary>Minutes between the first messages and the look at their figures.</summary>
    public int ObserveMinutes { get; init; } = 60;

    /// <summary>FEEL over the figures (monitoring.md), of this reach-out's messages: only true widens. Null: as long as no guardrail is breached.</summary>
    public string? Condition { get; init; }
}

/// <summary>A phase that fires again and again within the window: for whoever the approved audience rule matches then.</summary>
public sealed record Recurrence
{
    /// <summary>Quartz cron expression in the brief's zone, e.g. <c>0 0 10 ? * MON</c>.</summary>
    public string? Cron { get; init; }

    /// <summary>RFC 5545 recurrence rule instead, counted from the phase's date, at the phase's time, see <see cref="Scheduling.RecurrenceRule"/>.</summary>
    public string? Rule { get; init; }

    /// <summary>Last day on which it fires, in the brief's zone; null: that of the window.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>The most customers that one occurrence may have: with more it does not fire, and a person is asked.</summary>
    public required int Ceiling { get; init; }
}

/// <summary>A/B/n test of the first message of a phase. Who gets which variant follows from a hash of the customer's id.</summary>
public sealed record Experiment
{
    /// <summary>Stable name; another name draws anew.</summary>
    public required string Key { get; init; }

    /// <summary>conversion, click or participation: the share of a variant's customers who do it.</summary>
    public string Metric { get; init; } = "conversion";

    /// <summary>The first is what the others are compared with.</summary>
    public required IReadOnlyList<Variant> Variants { get; init; }

    /// <summary>Percent of the treated that take part; the rest waits and gets the winner.</summary>
    public decimal TestPercent { get; init; } = 100;
    public WinnerRule Winner { get; init; } = new();
}

/// <summary>What differs from the phase; null: nothing.</summary>
public sealed record Variant
{
    public required string Key { get; init; }

    /// <summary>Weight among the variants.</summary>
    public decimal Share { get; init; } = 1;
    public IReadOnlyList<MessageText>? Texts { get; init; }
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>Another time of the same day.</summary>
    public TimeOnly? Time { get; init; }

    /// <summary>Fills <c>{{offer}}</c> in the texts.</summary>
    public string? Offer { get; init; }
    public TrackedLink? Link { get; init; }
}

/// <summary>How a winner is found.</summary>
public sealed record WinnerRule
{
    /// <summary>Chosen by this rule once it is certain enough; otherwise a person chooses.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Chance of calling a winner where there is no difference, however often one looks.</summary>
    public decimal Significance { get; init; } = 0.05m;

    /// <summary>Customers that each variant must have messaged before anything is decided.</summary>
    public int MinimumPerVariant { get; init; } = 200;

    /// <summary>Difference of rates that one hopes to see; shapes the test, never its error.</summary>
    public decimal Effect { get; init; } = 0.01m;

    /// <summary>Hours after which a person is asked if nothing was decided.</summary>
    public int AskAfterHours { get; init; } = 24;
}

/// <summary>Where <c>{{link}}</c> leads: customers get a short address of our own, one each, whose clicks are counted.</summary>
public sealed record TrackedLink(string Target)
{
    public int ExpiresDays { get; init; } = 30;
}

public static class PhaseParts
{
    extension(Brief brief)
    {
        /// <summary>Some phase advertises.</summary>
        public bool HasMarketing => brief.Phases.Any(phase => phase.Purpose == "marketing");
    }

    /// <summary>The phase as a step (0: the first message) and a variant (1…n; 0: none) have it.</summary>
    public static Phase At(this Phase phase, int step, int variant)
    {
        if (step > 0)
        {
            var further = phase.Steps[step - 1];
            return phase with { Channels = further.Channels ?? phase.Channels, Texts = further.Texts ?? phase.Texts, Link = further.Link ?? phase.Link };
        }
        if (variant == 0)
            return phase;
        var chosen = phase.Experiment!.Variants[variant - 1];
        return phase with { Channels = chosen.Channels ?? phase.Channels, Texts = chosen.Texts ?? phase.Texts, Link = chosen.Link ?? phase.Link };
    }

    /// <summary>The phase as one of its messages has it, with what fills <c>{{offer}}</c>; null: it has no such step or variant.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="step">0: the first message.</param>
    /// <param name="variant">Key of a variant of the first message; null: the phase's own texts, with the first variant's offer.</param>
    public static (Phase Phase, string? Offer)? Message(this Phase phase, int step, string? variant)
    {
        var variants = phase.Experiment?.Variants ?? [];
        if (step < 0 || step > phase.Steps.Count || (step > 0 && variant is not null))
            return null;
        if (step > 0)
            return (phase.At(step, 0), null);
        if (variant is null)
            return (phase, variants.Count > 0 ? variants[0].Offer : null);
        var number = variants.TakeWhile(one => one.Key != variant).Count() + 1;
        return number > variants.Count ? null : (phase.At(0, number), variants[number - 1].Offer);
    }

    /// <summary>The phase and whatever of its steps and variants has texts or channels of its own, each under a key of its own: <c>burst</c>, <c>burst+1</c>, <c>burst@B</c>.</summary>
    public static IEnumerable<Phase> Occasions(this Phase phase)
    {
        yield return phase;
        for (var i = 0; i < phase.Steps.Count; i++)
        {
            if (phase.Steps[i].Texts is not null || phase.Steps[i].Channels is not null)
                yield return phase.At(i + 1, 0) with { Key = $"{phase.Key}+{i + 1}" };
        }
        for (var i = 0; i < (phase.Experiment?.Variants.Count ?? 0); i++)
        {
            var variant = phase.Experiment!.Variants[i];
            if (variant.Texts is not null || variant.Channels is not null)
                yield return phase.At(0, i + 1) with { Key = $"{phase.Key}@{variant.Key}" };
        }
    }

    /// <summary>Every channel that the phase may use.</summary>
    public static IEnumerable<string> AllChannels(this Phase phase) => phase.Occasions().SelectMany(occasion => occasion.Channels).Distinct();

    /// <summary>Where the phase's links lead.</summary>
    public static IEnumerable<string> Links(this Phase phase) =>
        new[] { phase.Link }.Concat(phase.Steps.Select(step => step.Link)).Concat(phase.Experiment?.Variants.Select(variant => variant.Link) ?? []).OfType<TrackedLink>().Select(link => link.Target).Distinct();

    /// <summary>Every text that the phase may send.</summary>
    public static IEnumerable<MessageText> AllTexts(this Phase phase) => phase.Occasions().SelectMany(occasion => occasion.Texts).Distinct();
}
