using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Execution.Timing;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class TimingTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly WeekCalendar Company = new(
        Shanghai,
        new HashSet<DateOnly> { new(2026, 10, 1), new(2026, 10, 2) },
        new HashSet<DateOnly> { new(2026, 10, 10) });

    [Theory]
    [InlineData("2026-03-06T18:00", "P1WD", "2026-03-09T18:00")]
    [InlineData("2026-03-09T09:00", "-P1WD", "2026-03-06T09:00")]
    [InlineData("2026-09-30T10:00", "P1WD", "2026-10-05T10:00")]
    [InlineData("2026-10-09T10:00", "P1WD", "2026-10-10T10:00")]
    [InlineData("2026-03-07T10:00", "P0WD", "2026-03-09T10:00")]
    [InlineData("2026-01-31T10:00", "P1M", "2026-02-28T10:00")]
    [InlineData("2026-03-06T10:00", "P1WDT4H", "2026-03-09T14:00")]
    [InlineData("2026-03-06T10:00", "PT36H", "2026-03-07T22:00")]
    public void Durations_move_local_days_working_days_and_exact_hours(string from, string duration, string expected)
    {
        var start = Moment.TryParse(from, Shanghai)!.Value;
        Assert.Equal(Moment.TryParse(expected, Shanghai)!.Value, Duration.TryParse(duration)!.AddTo(start, Company, Shanghai));
    }

    [Theory]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("2WD")]
    [InlineData("P2X")]
    [InlineData("P1DT")]
    [InlineData("P99999999999Y")]
    [InlineData("")]
    public void Texts_that_are_no_duration_are_refused(string text) => Assert.Null(Duration.TryParse(text));

    [Theory]
    [InlineData("0 30 9 * * *", "2026-03-02T09:30")]
    [InlineData("30 9 * * *", "2026-03-02T09:30")]
    [InlineData("0 0 8 * * MON-FRI", "2026-03-03T08:00")]
    [InlineData("0 0 9 1 * ?", "2026-04-01T09:00")]
    [InlineData("0 */15 * * * *", "2026-03-02T09:15")]
    [InlineData("0 0 0 29 2 *", "2028-02-29T00:00")]
    [InlineData("0 0 12 * * 0,7", "2026-03-08T12:00")]
    public void Cron_lines_give_the_next_local_time(string line, string expected)
    {
        var after = Moment.TryParse("2026-03-02T09:00", Shanghai)!.Value;
        Assert.Equal(Moment.TryParse(expected, Shanghai), CronSchedule.TryParse(line)!.Next(after, Shanghai));
    }

    [Theory]
    [InlineData("61 * * * * *")]
    [InlineData("0 0 25 * * *")]
    [InlineData("* * *")]
    [InlineData("0 0 9 L * ?")]
    [InlineData("0 0 9 5-1 * ?")]
    [InlineData("0 */0 * * * *")]
    public void Texts_that_are_no_cron_line_are_refused(string line) => Assert.Null(CronSchedule.TryParse(line));

    [Fact]
    public void A_cron_day_that_never_comes_gives_nothing() =>
        Assert.Null(CronSchedule.TryParse("0 0 0 30 2 *")!.Next(DateTimeOffset.UnixEpoch, Shanghai));

    [Fact]
    public void A_local_time_that_a_clock_change_skips_moves_on()
    {
        var before = new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), CronSchedule.TryParse("0 30 2 29 3 *")!.Next(before, Berlin));
    }

    [Theory]
    [InlineData("R3/PT1H", true)]
    [InlineData("R/P1WD", true)]
    [InlineData("R2/2026-03-02T09:00:00Z/PT1H", true)]
    [InlineData("R/PT1H/2026-03-02T09:00:00Z", true)]
    [InlineData("R/PT0S", false)]
    [InlineData("R-1/PT1H", false)]
    [InlineData("3/PT1H", false)]
    public void Repeating_intervals_are_recognised(string text, bool isOne) => Assert.Equal(isOne, Repetition.TryParse(text) is not null);

    [Fact]
    public void A_calendar_without_working_days_is_an_error_and_no_hang()
    {
        var never = new WeekCalendar(Shanghai, Enumerable.Range(0, 2_000_000).Select(i => DateOnly.FromDayNumber(Math.Min(730_000 + i, DateOnly.MaxValue.DayNumber))).ToHashSet());
        Assert.Throws<InvalidOperationException>(() => never.AddWorkingDays(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 1));
    }
}
