using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class CalendarProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    [Fact]
    public void Days_are_counted_as_the_framework_counts_them() => Prop.ForAll(
        Gen.Choose(0, DateOnly.MaxValue.DayNumber).ToArbitrary(),
        number =>
        {
            var date = DateOnly.FromDayNumber(number);
            var feel = FeelDate.From(date);
            Assert.Equal(number, feel.EpochDay + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);
            Assert.Equal(feel, FeelDate.FromEpochDay(feel.EpochDay));
            Assert.Equal((int)date.DayOfWeek == 0 ? 7 : (int)date.DayOfWeek, feel.Weekday);
        }).Check(Runs);

    [Fact]
    public void Every_day_of_every_year_in_reach_comes_back() => Prop.ForAll(
        Gen.Choose(-999_999_999, 999_999_999).Zip(Gen.Choose(1, 12)).ToArbitrary(),
        pair => Assert.Equal(FeelDate.Create(pair.Item1, pair.Item2, 28), FeelDate.FromEpochDay(FeelDate.Create(pair.Item1, pair.Item2, 28)!.EpochDay))).Check(Runs);

    [Fact]
    public void What_is_added_can_be_taken_away_also_across_changes_of_the_clock() => Prop.ForAll(
        Gen.Choose(0, 40 * 365 * 24).Zip(Gen.Choose(-100_000, 100_000)).ToArbitrary(),
        pair =>
        {
            var moment = FeelDateTime.Parse("1990-01-01T00:00:00@Europe/Paris")!.Add((Int128)pair.Item1 * 3600 * 1_000_000_000)!;
            var there = moment.Add((Int128)pair.Item2 * 60 * 1_000_000_000)!;
            Assert.True(IsAmbiguous(moment) || IsAmbiguous(there) || there.Instant - moment.Instant == (Int128)pair.Item2 * 60 * 1_000_000_000);
        }).Check(Runs);

    [Fact]
    public void Text_of_dates_times_and_durations_comes_back() => Prop.ForAll(
        Gen.Choose(int.MinValue, int.MaxValue).Zip(Gen.Choose(-999_999_999, 999_999_999)).ToArbitrary(),
        pair =>
        {
            var days = new DayTimeDuration((Int128)pair.Item1 * 1_000_000_000 + pair.Item2);
            Assert.Equal(days, Feels.Evaluate($"duration(\"{days}\")").Value);
            var months = new YearMonthDuration(pair.Item2);
            Assert.Equal(months, Feels.Evaluate($"duration(\"{months}\")").Value);
        }).Check(Runs);

    // In the hour that a clock repeats, a local time alone cannot tell its two passings apart: it stands for the second.
    private static bool IsAmbiguous(FeelDateTime moment) => TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")
        .IsAmbiguousTime(new DateTime(moment.Date.Year, moment.Date.Month, moment.Date.Day, moment.Time.Hour, moment.Time.Minute, 0));
}
