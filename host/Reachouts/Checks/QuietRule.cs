using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>Hours of the day in which a purpose may be sent.</summary>
public sealed record SendWindow
{
    public required Purpose Purpose { get; init; }
    public required TimeOnly From { get; init; }

    /// <summary>The first moment at which it may no more.</summary>
    public required TimeOnly Until { get; init; }

    /// <summary>Empty: every day for which no other window of the purpose is named.</summary>
    public IReadOnlyList<DayOfWeek> Weekdays { get; init; } = [];
}

/// <summary>A day without messages of a purpose; null: of any.</summary>
public sealed record SilentDay
{
    public required DateOnly Day { get; init; }
    public Purpose? Purpose { get; init; }
}

/// <summary>What a jurisdiction says of the hours of messages. A purpose for which it has no window is left to the rule behind it.</summary>
public sealed record QuietRule
{
    public IReadOnlyList<SendWindow> Windows { get; init; } = [];
    public IReadOnlyList<SilentDay> SilentDays { get; init; } = [];

    /// <summary>Purposes that rest on the public holidays of the company's calendar.</summary>
    public IReadOnlyList<Purpose> SilentHolidays { get; init; } = [];

    /// <summary>IANA zones of the jurisdiction: a customer whose own is unknown is only sent to when all of them are open. Empty: the company's zone stands for it.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Ends the rule of its name; says nothing itself.</summary>
    public bool Withdrawn { get; init; }

    internal bool SpeaksOf(Purpose purpose) => Windows.Any(window => window.Purpose == purpose);

    internal bool IsSilent(Purpose purpose, DateOnly day, bool isHoliday) =>
        (isHoliday && SilentHolidays.Contains(purpose)) || SilentDays.Any(silent => silent.Day == day && (silent.Purpose is null || silent.Purpose == purpose));

    /// <summary>Earliest first. What is named for the weekday goes before what is for every day.</summary>
    internal IReadOnlyList<Opening> On(Purpose purpose, DayOfWeek weekday)
    {
        var named = Openings(purpose, window => window.Weekdays.Contains(weekday));
        return named.Count > 0 ? named : Openings(purpose, window => window.Weekdays.Count == 0);
    }

    private List<Opening> Openings(Purpose purpose, Func<SendWindow, bool> fits) =>
        [.. Windows.Where(window => window.Purpose == purpose && fits(window)).Select(window => new Opening(window.From, window.Until)).OrderBy(opening => opening.From)];
}

/// <summary>A stretch of a day in which messages may go out.</summary>
internal readonly record struct Opening(TimeOnly From, TimeOnly Until);

/// <summary>
/// The hours of one jurisdiction: its own rules, the most special first, and what holds where they are silent about a purpose. Silent days of all its own rules hold.
/// Immutable and thread-safe.
/// </summary>
/// <param name="own">Each the versions of one name, oldest first.</param>
/// <param name="otherwise">For a purpose without a window of its own; null: it may never be sent.</param>
/// <param name="within">Hours that it may not go beyond; null: none.</param>
/// <param name="holidays">Public holidays.</param>
internal sealed class PlaceHours(IReadOnlyList<IReadOnlyList<(DateOnly From, QuietRule Rule)>> own, PlaceHours? otherwise, PlaceHours? within, IReadOnlySet<DateOnly> holidays)
{
    public IReadOnlyList<Opening> On(Purpose purpose, DateOnly day)
    {
        var rules = RulesOn(day);
        if (rules.Exists(rule => rule.IsSilent(purpose, day, holidays.Contains(day))))
            return [];
        var openings = rules.Find(rule => rule.SpeaksOf(purpose)) is { } speaks ? speaks.On(purpose, day.DayOfWeek) : otherwise?.On(purpose, day) ?? [];
        return within is null ? openings : Narrowed(openings, within.On(purpose, day));
    }

    /// <summary>Of customers whose own is unknown; empty: the company's.</summary>
    public IReadOnlyList<TimeZoneInfo> ZonesOn(DateOnly day) => [.. (RulesOn(day).Find(rule => rule.Zones.Count > 0)?.Zones ?? []).Select(TimeZoneInfo.FindSystemTimeZoneById)];

    private List<QuietRule> RulesOn(DateOnly day) => [.. own.Select(versions => versions.LastOrDefault(version => version.From <= day).Rule).Where(rule => rule is { Withdrawn: false })];

    private static List<Opening> Narrowed(IReadOnlyList<Opening> openings, IReadOnlyList<Opening> limits) =>
    [
        .. from opening in openings
           from limit in limits
           let narrowed = new Opening(opening.From > limit.From ? opening.From : limit.From, opening.Until < limit.Until ? opening.Until : limit.Until)
           where narrowed.From < narrowed.Until
           orderby narrowed.From
           select narrowed,
    ];
}
