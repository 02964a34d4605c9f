using System.Globalization;

namespace Orchestrator.Host.Scheduling;

/// <summary>How a rule is read.</summary>
public sealed partial record RecurrenceRule
{
    private const int LongestInterval = 366;
    private static readonly string[] Known = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"];
    private static readonly string[] Frequencies = ["DAILY", "WEEKLY", "MONTHLY"];
    private static readonly string[] DayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    /// <returns>The rule, or what is wrong with the text.</returns>
    public static (RecurrenceRule? Rule, RecurrenceProblem? Problem) Read(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var body = text.Trim();
        if (body.StartsWith("RRULE:", StringComparison.OrdinalIgnoreCase))
            body = body["RRULE:".Length..];
        foreach (var part in body.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=') is not [var name, var value])
                return (null, new RecurrenceProblem("field.rrule-part", part, string.Join(", ", Known)));
            name = name.Trim().ToUpperInvariant();
            if (!Known.Contains(name))
                return (null, new RecurrenceProblem("field.rrule-part", name, string.Join(", ", Known)));
            if (!parts.TryAdd(name, value.Trim().ToUpperInvariant()))
                return (null, new RecurrenceProblem("field.rrule-twice", name));
        }
        try
        {
            return (Check(Build(parts)), null);
        }
        catch (UnfitException unfit)
        {
            return (null, unfit.Problem);
        }
    }

    private static RecurrenceRule Build(Dictionary<string, string> parts)
    {
        var (until, isUtc) = parts.TryGetValue("UNTIL", out var end) ? UntilOf(end) : (null, false);
        return new RecurrenceRule
        {
            Frequency = parts.GetValueOrDefault("FREQ") is { } frequency && Frequencies.Contains(frequency) ? frequency : throw Unfit("FREQ", parts.GetValueOrDefault("FREQ", ""), string.Join(", ", Frequencies)),
            Interval = parts.TryGetValue("INTERVAL", out var interval) ? Number("INTERVAL", interval, 1, LongestInterval) : 1,
            Count = parts.TryGetValue("COUNT", out var count) ? Number("COUNT", count, 1, 9_999) : null,
            Until = until,
            IsUntilUtc = isUtc,
            ByMonth = Numbers(parts, "BYMONTH", 1, 12, mayBeNegative: false),
            ByMonthDay = Numbers(parts, "BYMONTHDAY", 1, 31, mayBeNegative: true),
            BySetPosition = Numbers(parts, "BYSETPOS", 1, 366, mayBeNegative: true),
            ByDay = parts.TryGetValue("BYDAY", out var days) ? [.. days.Split(',').Select(DayOf)] : [],
            WeekStart = parts.TryGetValue("WKST", out var start) ? (Array.IndexOf(DayNames, start) is >= 0 and var day ? (DayOfWeek)day : throw Unfit("WKST", start, string.Join(", ", DayNames))) : DayOfWeek.Monday,
        };
    }

    private static RecurrenceRule Check(RecurrenceRule rule)
    {
        if (rule.Count is not null && rule.Until is not null)
            throw Together("COUNT", "UNTIL");
        if (rule.Frequency != "MONTHLY" && rule.ByDay.Any(day => day.Ordinal != 0))
            throw Unfit("BYDAY", "+1MO", "FREQ=MONTHLY");
        if (rule.Frequency == "WEEKLY" && rule.ByMonthDay.Count > 0)
            throw Together("FREQ=WEEKLY", "BYMONTHDAY");
        if (rule.BySetPosition.Count > 0 && rule.ByDay.Count + rule.ByMonthDay.Count + rule.ByMonth.Count == 0)
            throw Unfit("BYSETPOS", "1", "BYDAY, BYMONTHDAY, BYMONTH");
        return rule;
    }

    private static (DateTime? Until, bool IsUtc) UntilOf(string text)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return (day.ToDateTime(TimeOnly.MaxValue), false);
        if (DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, Styles, out var utc))
            return (utc, true);
        if (DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return (local, false);
        throw Unfit("UNTIL", text, "20270131, 20270131T160000Z");
    }

    private static RecurrenceDay DayOf(string text) =>
        DayPattern().Match(text) is { Success: true } match
            ? new RecurrenceDay(match.Groups[1].Success ? int.Parse(match.Groups[1].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0, (DayOfWeek)Array.IndexOf(DayNames, match.Groups[2].Value))
            : throw Unfit("BYDAY", text, "MO, 2TU, -1FR");

    private static List<int> Numbers(Dictionary<string, string> parts, string name, int least, int most, bool mayBeNegative) =>
        parts.TryGetValue(name, out var text) ? [.. text.Split(',').Select(one => mayBeNegative && one.StartsWith('-') ? -Number(name, one[1..], least, most) : Number(name, one, least, most))] : [];

    private static int Number(string name, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : throw Unfit(name, text, $"{least}–{most}");

    private static UnfitException Unfit(string part, string value, string fits) => new(new RecurrenceProblem("field.rrule-value", part, value, fits));

    private static UnfitException Together(string one, string other) => new(new RecurrenceProblem("field.rrule-together", one, other));

    private sealed class UnfitException(RecurrenceProblem problem) : Exception
    {
        public RecurrenceProblem Problem { get; } = problem;
    }
}
