using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Workflows.Execution.Timing;

/// <summary>An ISO 8601 duration that also knows working days: <c>P3WD</c>, <c>P1WDT4H</c>, <c>-P3D</c>, <c>P1Y2M10DT2H30M</c>.</summary>
internal sealed partial record Duration(int Months, int Days, int? WorkingDays, TimeSpan Time)
{
    internal static Duration? TryParse(string text)
    {
        var match = Pattern().Match(text.Trim());
        if (!match.Success || text.TrimEnd() is [.., 'P' or 'T'])
            return null;
        try
        {
            var sign = match.Groups["sign"].Value == "-" ? -1 : 1;
            checked
            {
                return new(
                    sign * (Number(match, "y") * 12 + Number(match, "mo")),
                    sign * (Number(match, "w") * 7 + Number(match, "d")),
                    match.Groups["wd"].Success ? sign * Number(match, "wd") : null,
                    sign * (TimeSpan.FromHours(Number(match, "h")) + TimeSpan.FromMinutes(Number(match, "mi")) + Seconds(match)));
            }
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    internal bool IsPositive => Months >= 0 && Days >= 0 && WorkingDays is null or >= 0 && Time >= TimeSpan.Zero
        && (Months > 0 || Days > 0 || WorkingDays > 0 || Time > TimeSpan.Zero);

    internal Duration Negate() => new(-Months, -Days, -WorkingDays, -Time);

    /// <summary>Months, days and working days move the local date, hours and less are exact.</summary>
    internal DateTimeOffset AddTo(DateTimeOffset from, IWorkingCalendar calendar, TimeZoneInfo zone)
    {
        var result = from;
        if (Months != 0 || Days != 0)
        {
            var local = TimeZoneInfo.ConvertTime(result, zone).DateTime;
            result = WorkingTime.ToInstant(local.AddMonths(Months).AddDays(Days), zone);
        }
        // P0WD is meaningful too: today if it is a working day, else the next one.
        if (WorkingDays is { } workingDays)
            result = calendar.AddWorkingDays(result, workingDays);
        return (result + Time).ToUniversalTime();
    }

    private static int Number(Match match, string group) =>
        match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static TimeSpan Seconds(Match match) => match.Groups["s"].Success
        ? TimeSpan.FromTicks((long)(decimal.Parse(match.Groups["s"].Value.Replace(',', '.'), CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond))
        : TimeSpan.Zero;

    [GeneratedRegex(@"^(?<sign>[+-])?P(?=.)((?<y>\d{1,6})Y)?((?<mo>\d{1,6})M)?((?<w>\d{1,6})W)?((?<d>\d{1,7})D)?((?<wd>\d{1,5})WD)?(T((?<h>\d{1,8})H)?((?<mi>\d{1,9})M)?((?<s>\d{1,9}([.,]\d{1,7})?)S)?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
