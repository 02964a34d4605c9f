using System.Collections.Frozen;
using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// When messages may be sent to whom: the dated rules of every jurisdiction, in the customer's own time (docs/decisions/0240-quiet-hours-by-jurisdiction.md).
/// Immutable and thread-safe.
/// </summary>
public sealed class QuietHours
{
    private const int DaysAhead = 60;

    /// <summary>The hours in the box, for a company in the mainland.</summary>
    public static QuietHours Shipped { get; } = new([], Jurisdiction.Mainland, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), FrozenSet<DateOnly>.Empty);

    private readonly FrozenDictionary<string, PlaceHours> places;
    private readonly FrozenDictionary<string, PlaceHours>.AlternateLookup<ReadOnlySpan<char>> countries;
    private readonly PlaceHours company;
    private readonly PlaceHours elsewhere;
    private readonly TimeZoneInfo companyZone;

    /// <param name="published">Oldest first; the ones in the box stand for those of their name that are not among them.</param>
    /// <param name="companyJurisdiction">Of customers whose own is not known.</param>
    /// <param name="companyZone">Of customers whose own is not known, where their jurisdiction names none.</param>
    /// <param name="holidays">Public holidays.</param>
    internal QuietHours(IReadOnlyList<(string Name, DateOnly From, QuietRule Rule)> published, string companyJurisdiction, TimeZoneInfo companyZone, IReadOnlySet<DateOnly> holidays)
    {
        this.companyZone = companyZone;
        var names = published.Select(rule => rule.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var rules = published.Concat(QuietHourKind.InTheBox.Where(rule => !names.Contains(rule.Name)))
            .GroupBy(rule => rule.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, IReadOnlyList<(DateOnly From, QuietRule Rule)> (group) => [.. group.Select(rule => (rule.From, rule.Rule))], StringComparer.OrdinalIgnoreCase);
        PlaceHours Of(string code, PlaceHours otherwise) =>
            new([.. new[] { code, Jurisdiction.CountryOf(code) }.Distinct(StringComparer.OrdinalIgnoreCase).Where(rules.ContainsKey).Select(name => rules[name])], otherwise, null, holidays);
        var inTheBox = new PlaceHours([[.. QuietHourKind.InTheBox.Where(rule => rule.Name == Jurisdiction.Mainland).Select(rule => (rule.From, rule.Rule))]], null, null, holidays);
        company = Of(companyJurisdiction, inTheBox);
        // Where the company has widened its hours, it has done so for its own customers.
        elsewhere = new PlaceHours([], company, inTheBox, holidays);
        var own = new[] { companyJurisdiction, Jurisdiction.CountryOf(companyJurisdiction) };
        places = rules.Keys.Union(own, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(
            name => name, name => name.Equals(companyJurisdiction, StringComparison.OrdinalIgnoreCase) ? company : Of(name, own.Contains(name, StringComparer.OrdinalIgnoreCase) ? inTheBox : elsewhere), StringComparer.OrdinalIgnoreCase);
        countries = places.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    [ThreadStatic]
    private static (PlaceHours Place, Purpose Purpose, TimeZoneInfo? Zone, DateTimeOffset Now, DateTimeOffset? Opens)? lastAnswer;

    /// <param name="purpose">Of the message.</param>
    /// <param name="jurisdiction">The customer's; null: the company's.</param>
    /// <param name="zone">The customer's; null: not known.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Null: it may be sent at <paramref name="now"/>. Otherwise the first moment at which it may.</returns>
    public DateTimeOffset? OpensAfter(Purpose purpose, string? jurisdiction, TimeZoneInfo? zone, DateTimeOffset now)
    {
        var place = PlaceOf(jurisdiction);
        // A micro-batch asks for everybody at one moment, mostly in one place; no two sets of rules share a place.
        if (lastAnswer is { } last && last.Now == now && last.Purpose == purpose && ReferenceEquals(last.Place, place) && ReferenceEquals(last.Zone, zone))
            return last.Opens;
        var opens = zone is null ? SearchAll(place, purpose, now) : Search(place, purpose, zone, now);
        lastAnswer = (place, purpose, zone, now, opens);
        return opens;
    }

    private PlaceHours PlaceOf(string? jurisdiction)
    {
        if (string.IsNullOrWhiteSpace(jurisdiction))
            return company;
        if (places.TryGetValue(jurisdiction, out var place))
            return place;
        var dash = jurisdiction.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && countries.TryGetValue(jurisdiction.AsSpan(0, dash), out var country) ? country : elsewhere;
    }

    /// <summary>Nobody knows where in the place: when all of its zones are open.</summary>
    private DateTimeOffset? SearchAll(PlaceHours place, Purpose purpose, DateTimeOffset now)
    {
        var zones = place.ZonesOn(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, companyZone).DateTime));
        if (zones.Count == 0)
            return Search(place, purpose, companyZone, now);
        var (at, open) = (now, 0);
        for (var i = 0; open < zones.Count && at < now.AddDays(DaysAhead); i++)
        {
            // The first moment at which one is open may be too late or too early for another.
            var opens = Search(place, purpose, zones[i % zones.Count], at);
            (at, open) = opens is { } later ? (later, 1) : (at, open + 1);
        }
        return at == now ? null : at;
    }

    private static DateTimeOffset? Search(PlaceHours place, Purpose purpose, TimeZoneInfo zone, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        for (var ahead = 0; ahead < DaysAhead; ahead++)
        {
            var day = today.AddDays(ahead);
            foreach (var (from, until) in place.On(purpose, day))
            {
                var (opens, closes) = (At(day, from, zone), At(day, until, zone));
                if (now < opens)
                    return opens;
                if (now < closes)
                    return null;
            }
        }
        return now.AddDays(DaysAhead);
    }

    // A wall time that a change to summer time leaves out is taken as the moment the clocks jump to.
    private static DateTimeOffset At(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
