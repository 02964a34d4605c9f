using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Workflows.Feel;

/// <summary>The lexical forms of dates, times and durations (XML Schema, plus <c>@Zone/Id</c>).</summary>
internal static partial class TemporalText
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const int LongestText = 128;

    public static FeelDate? ParseDate(string text)
    {
        if (text.Length > LongestText || DateForm().Match(text) is not { Success: true } match)
        {
            return null;
        }

        return FeelDate.Create(Number(match, "y"), Number(match, "m"), Number(match, "d"));
    }

    public static FeelTime? ParseTime(string text)
    {
        if (text.Length > LongestText || TimeForm().Match(text) is not { Success: true } match)
        {
            return null;
        }

        FeelZone? zone = null;
        if (match.Groups["z"] is { Success: true } zoneText && (zone = ParseZone(zoneText.Value)) is null)
        {
            return null;
        }

        return FeelTime.Create(Number(match, "h"), Number(match, "m"), Number(match, "s"), Nanos(match.Groups["f"].Value), zone);
    }

    /// <summary>A date and time; a date alone counts as its midnight.</summary>
    public static FeelDateTime? ParseDateTime(string text)
    {
        var separator = text.IndexOf('T', StringComparison.Ordinal);
        if (separator < 0)
        {
            return ParseDate(text) is { } day ? new FeelDateTime(day, FeelTime.Midnight) : null;
        }

        if (ParseDate(text[..separator]) is not { } date)
        {
            return null;
        }

        var timeText = text[(separator + 1)..];
        if (timeText.StartsWith("24:00:00", StringComparison.Ordinal))
        {
            return ParseTime("00" + timeText[2..]) is { Nanosecond: 0 } midnight && FeelDate.FromEpochDay(date.EpochDay + 1) is { } next
                ? new FeelDateTime(next, midnight)
                : null;
        }

        return ParseTime(timeText) is { } time ? new FeelDateTime(date, time) : null;
    }

    /// <summary>A <see cref="YearMonthDuration"/> or a <see cref="DayTimeDuration"/>; a mix of both is none.</summary>
    public static object? ParseDuration(string text)
    {
        if (text.Length > LongestText || DurationForm().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var negative = match.Groups["n"].Success;
        try
        {
            if (match.Groups["y"].Success || match.Groups["mo"].Success)
            {
                var months = checked(Number(match, "y") * 12 + Number(match, "mo"));
                return match.Groups["d"].Success || match.Groups["t"].Success ? null : new YearMonthDuration(negative ? -months : months);
            }

            var seconds = checked((Int128)Number(match, "d") * 86_400 + (Int128)Number(match, "h") * 3600 + (Int128)Number(match, "mi") * 60 + Number(match, "s"));
            var nanos = checked(seconds * FeelTime.NanosPerSecond + Nanos(match.Groups["f"].Value));
            return new DayTimeDuration(negative ? -nanos : nanos);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    public static FeelZone? ParseZone(string text)
    {
        if (text == "Z")
        {
            return FeelZone.Utc;
        }

        if (text[0] == '@')
        {
            return FeelZone.FromId(text[1..]);
        }

        var parts = text[1..].Split(':');
        var values = Array.ConvertAll(parts, part => int.Parse(part, CultureInfo.InvariantCulture));
        if (values[1] > 59 || values is [_, _, > 59])
        {
            return null;
        }

        var seconds = values[0] * 3600 + values[1] * 60 + (values.Length > 2 ? values[2] : 0);
        return FeelZone.FromOffset(text[0] == '-' ? -seconds : seconds);
    }

    public static string Fraction(int nanos) =>
        nanos == 0 ? "" : "." + nanos.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');

    private static long Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found ? long.Parse(found.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;

    private static int Nanos(string digits) =>
        digits.Length == 0 ? 0 : int.Parse(digits.Length > 9 ? digits[..9] : digits.PadRight(9, '0'), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<y>-?([1-9][0-9]{4,8}|[0-9]{4}))-(?<m>[0-9]{2})-(?<d>[0-9]{2})\z", Options)]
    private static partial Regex DateForm();

    [GeneratedRegex(@"^(?<h>[0-9]{2}):(?<m>[0-9]{2}):(?<s>[0-9]{2})(\.(?<f>[0-9]+))?(?<z>Z|[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?|@[A-Za-z0-9_+\-/]+)?\z", Options)]
    private static partial Regex TimeForm();

    [GeneratedRegex(@"^(?<n>-)?P(?=[0-9T])((?<y>[0-9]{1,18})Y)?((?<mo>[0-9]{1,18})M)?((?<d>[0-9]{1,18})D)?(?<t>T(?=[0-9])((?<h>[0-9]{1,18})H)?((?<mi>[0-9]{1,18})M)?((?<s>[0-9]{1,18})(\.(?<f>[0-9]*))?S)?)?\z", Options)]
    private static partial Regex DurationForm();
}
