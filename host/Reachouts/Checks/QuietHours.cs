using System.Text.Json;
using Orchestrator.Channels;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>The hours in which a purpose may be sent, from a day on.</summary>
public sealed record SendWindow(Purpose Purpose, TimeOnly From, TimeOnly Until, DateOnly Since);

/// <summary>A day without messages of a purpose; null: of any.</summary>
public sealed record SilentDay(DateOnly Day, Purpose? Purpose = null);

/// <summary>When messages may be sent, as dated data in the customer's own time. Immutable and thread-safe.</summary>
public sealed record QuietHours(string Version, IReadOnlyList<SendWindow> Windows, IReadOnlyList<SilentDay> SilentDays)
{
    private const int DaysAhead = 60;

    /// <summary>The hours in the box.</summary>
    public static QuietHours Shipped { get; } = Load();

    /// <returns>Null: it may be sent at <paramref name="now"/>. Otherwise the first moment at which it may.</returns>
    public DateTimeOffset? OpensAfter(Purpose purpose, TimeZoneInfo zone, DateTimeOffset now)
    {
        // A micro-batch asks for everybody at one moment, mostly in one zone.
        var question = (this, purpose, zone, now);
        if (lastAnswer is { } last && last.Question == question)
            return last.Opens;
        var opens = Search(purpose, zone, now);
        lastAnswer = (question, opens);
        return opens;
    }

    [ThreadStatic]
    private static ((QuietHours, Purpose, TimeZoneInfo, DateTimeOffset) Question, DateTimeOffset? Opens)? lastAnswer;

    private DateTimeOffset? Search(Purpose purpose, TimeZoneInfo zone, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        for (var day = today; day < today.AddDays(DaysAhead); day = day.AddDays(1))
        {
            if (IsSilent(purpose, day) || WindowOn(purpose, day) is not { } window)
                continue;
            var (opens, closes) = (At(day, window.From, zone), At(day, window.Until, zone));
            if (now < opens)
                return opens;
            if (now < closes)
                return null;
        }
        return now.AddDays(DaysAhead);
    }

    private bool IsSilent(Purpose purpose, DateOnly day) =>
        SilentDays.Any(silent => silent.Day == day && (silent.Purpose is null || silent.Purpose == purpose));

    private SendWindow? WindowOn(Purpose purpose, DateOnly day) =>
        Windows.Where(window => window.Purpose == purpose && window.Since <= day).MaxBy(window => window.Since);

    // A wall time that a change to summer time leaves out is taken as the moment the clocks jump to.
    private static DateTimeOffset At(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static QuietHours Load()
    {
        using var stream = typeof(QuietHours).Assembly.GetManifestResourceStream("Reachouts/quiet-hours.json")
            ?? throw new InvalidOperationException("The shipped quiet hours are missing from the program.");
        return JsonSerializer.Deserialize<QuietHours>(stream, JsonDefaults.Options)!;
    }
}
