using System.Globalization;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole;

/// <summary>
/// Numbers, money and times as people read them: in the current language, times in the company's zone. Relative times ("in 5 hours") are
/// measured by the business clock, which the demo drives.
/// </summary>
internal sealed class Show(BusinessClock clock, CompanyZone zone, Texts texts)
{
    // Both languages of the console group by thousands with a comma and point decimals.
    private readonly NumberFormatInfo digits = NumberFormatInfo.InvariantInfo;

    public string Number(long value) => value.ToString("#,0", digits);

    public string Number(decimal value) => value.ToString("#,0.####", digits);

    /// <summary>Cents are shown where there are some, smaller parts only of what costs less than a yuan: one message.</summary>
    public string Money(decimal value) =>
        (value < 0 ? "-¥" : "¥") + Math.Abs(value).ToString(value == decimal.Truncate(value) ? "#,0" : Math.Abs(value) < 1 ? "0.00##" : "#,0.00", digits);

    public string Percent(double share) => (share * 100).ToString("0.#", digits) + "%";

    public string Percent(long part, long whole) => whole == 0 ? "–" : Percent((double)part / whole);

    /// <summary>A share with as many digits as small ones need: 0.03%.</summary>
    public string Share(decimal share) => (share * 100).ToString("0.##", digits) + "%";

    public string Rate(decimal percent) => percent.ToString("0.##", digits) + "%";

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone.Value);

    /// <summary>Midnight, in the company's zone, of a date typed as <c>yyyy-MM-dd</c>; null when it is none.</summary>
    public DateTimeOffset? StartOf(string? date) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? StartOf(day) : null;

    public DateTimeOffset StartOf(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.Value.GetUtcOffset(local)).ToUniversalTime();
    }

    public DateOnly Today => DateOnly.FromDateTime(Local(clock.GetUtcNow()).DateTime);

    public string Day(DateTimeOffset at) => Day(DateOnly.FromDateTime(Local(at).DateTime));

    public string Day(DateOnly day)
    {
        var year = day.Year != Today.Year;
        return Texts.IsChinese
            ? day.ToString(year ? "yyyy年M月d日" : "M月d日", CultureInfo.InvariantCulture)
            : day.ToString(year ? "d MMM yyyy" : "d MMM", CultureInfo.InvariantCulture);
    }

    /// <summary>"Sun 22 Nov", 11月22日 周日.</summary>
    public string DayOfWeek(DateOnly day) => Texts.IsChinese ? $"{Day(day)} {Weekday(day)}" : $"{Weekday(day)} {Day(day)}";

    public string Weekday(DateOnly day) => texts[$"weekday.{(int)day.DayOfWeek}"];

    public string Time(DateTimeOffset at) => Local(at).ToString("HH:mm", CultureInfo.InvariantCulture);

    public string Moment(DateTimeOffset at) => $"{Day(at)} {Time(at)}";

    public string Exact(DateTimeOffset at) => $"{Local(at).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} ({zone.Value.Id})";

    public string Range(DateOnly from, DateOnly to) => $"{Day(from)} – {Day(to)}";

    /// <summary>"3 minutes ago", "in 2 days"; a plain date beyond a week.</summary>
    public string Ago(DateTimeOffset at)
    {
        var span = at - clock.GetUtcNow();
        var size = span.Duration();
        if (size > TimeSpan.FromDays(7))
            return Day(at);
        if (size < TimeSpan.FromMinutes(1))
            return texts["time.now"];
        var direction = span > TimeSpan.Zero ? "in" : "ago";
        var (unit, count) = size switch
        {
            { TotalHours: < 1 } => ("minutes", (int)size.TotalMinutes),
            { TotalDays: < 1 } => ("hours", (int)size.TotalHours),
            _ => ("days", (int)size.TotalDays),
        };
        return texts[$"time.{direction}.{unit}", count];
    }
}
