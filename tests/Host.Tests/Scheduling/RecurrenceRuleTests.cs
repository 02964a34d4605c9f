using System.Globalization;
using Orchestrator.Host.Scheduling;

namespace Orchestrator.Host.Tests.Scheduling;

public sealed class RecurrenceRuleTests
{
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private static readonly TimeOnly Nine = new(9, 0);

    // Days worked out on a calendar for the rules of the examples in RFC 5545, section 3.8.5.3; "9/2-5" are four days in a row.
    [Theory]
    [InlineData("1997-09-02", "FREQ=DAILY;COUNT=10", "1997: 9/2-11")]
    [InlineData("1997-09-02", "FREQ=DAILY;UNTIL=19971224T000000Z", "1997: 9/2-30 10/1-31 11/1-30 12/1-23")]
    [InlineData("1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997: 9/2 9/12 9/22 10/2 10/12")]
    [InlineData("1998-01-01", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998: 1/1-31 1999: 1/1-31 2000: 1/1-31")]
    [InlineData("1997-09-02", "FREQ=WEEKLY;COUNT=10", "1997: 9/2 9/9 9/16 9/23 9/30 10/7 10/14 10/21 10/28 11/4")]
    [InlineData("1997-09-02", "FREQ=WEEKLY;UNTIL=19971224T000000Z;INTERVAL=2;WKST=SU", "1997: 9/2 9/16 9/30 10/14 10/28 11/11 11/25 12/9 12/23")]
    [InlineData("1997-09-02", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997: 9/2 9/4 9/9 9/11 9/16 9/18 9/23 9/25 9/30 10/2")]
    [InlineData("1997-09-01", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "1997: 9/1 9/3 9/5 9/15 9/17 9/19 9/29 10/1 10/3 10/13 10/15 10/17 10/27 10/29 10/31 11/10 11/12 11/14 11/24 11/26 11/28 12/8 12/10 12/12 12/22")]
    [InlineData("1997-09-02", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997: 9/2 9/4 9/16 9/18 9/30 10/2 10/14 10/16")]
    [InlineData("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997: 8/5 8/10 8/19 8/24")]
    [InlineData("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997: 8/5 8/17 8/19 8/31")]
    [InlineData("1997-09-05", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997: 9/5 10/3 11/7 12/5 1998: 1/2 2/6 3/6 4/3 5/1 6/5")]
    [InlineData("1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997: 9/7 9/28 11/2 11/30 1998: 1/4 1/25 3/1 3/29 5/3 5/31")]
    [InlineData("1997-09-22", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997: 9/22 10/20 11/17 12/22 1998: 1/19 2/16")]
    [InlineData("1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6", "1997: 9/28 10/29 11/28 12/29 1998: 1/29 2/26")]
    [InlineData("1997-09-02", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997: 9/2 9/15 10/2 10/15 11/2 11/15 12/2 12/15 1998: 1/2 1/15")]
    [InlineData("1997-09-30", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997: 9/30 10/1 10/31 11/1 11/30 12/1 12/31 1998: 1/1 1/31 2/1")]
    [InlineData("1997-09-10", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997: 9/10-15 1999: 3/10-13")]
    [InlineData("1997-09-02", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5", "1998: 2/13 3/13 11/13 1999: 8/13 2000: 10/13")]
    [InlineData("1997-09-13", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=10", "1997: 9/13 10/11 11/8 12/13 1998: 1/10 2/7 3/7 4/11 5/9 6/13")]
    [InlineData("1997-09-04", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997: 9/4 10/7 11/6")]
    [InlineData("1997-09-29", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=7", "1997: 9/29 10/30 11/27 12/30 1998: 1/29 2/26 3/30")]
    [InlineData("2007-01-15", "RRULE:FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007: 1/15 1/30 2/15 3/15 3/30")]
    [InlineData("2026-01-31", "freq=monthly;count=4", "2026: 1/31 3/31 5/31 7/31")]
    [InlineData("2026-11-02", "FREQ=DAILY;UNTIL=20261104", "2026: 11/2-4")]
    [InlineData("2026-11-02", "FREQ=DAILY;UNTIL=20261104T085959", "2026: 11/2-3")]
    public void A_rule_has_the_days_that_the_calendar_says(string first, string rule, string days) =>
        Assert.Equal(Days(days), Moments(rule, first).Select(at => DateOnly.FromDateTime(at.DateTime)));

    [Fact]
    public void Every_moment_is_nine_where_the_people_are_whatever_the_clocks_do()
    {
        var moments = Moments("FREQ=WEEKLY;COUNT=60", "1997-09-02").ToList();
        Assert.All(moments, at => Assert.Equal((Nine, DayOfWeek.Tuesday), (TimeOnly.FromDateTime(at.DateTime), at.DayOfWeek)));
        Assert.Equal([-4, -5], moments.Select(at => at.Offset.Hours).Distinct());
    }

    [Theory]
    [InlineData("2007-03-11", "02:30", "2007-03-11T07:30:00Z")]   // skipped: by the clock before the gap, so 03:30
    [InlineData("2007-11-04", "01:30", "2007-11-04T05:30:00Z")]   // twice: the first
    [InlineData("2007-11-05", "01:30", "2007-11-05T06:30:00Z")]
    public void A_time_that_is_skipped_or_comes_twice_has_one_moment(string day, string time, string moment) =>
        Assert.Equal(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture), RecurrenceRule.InstantOf(DateOnly.Parse(day, CultureInfo.InvariantCulture), TimeOnly.Parse(time, CultureInfo.InvariantCulture), NewYork));

    [Fact]
    public void Drawn_rules_have_the_days_that_holding_every_day_against_them_finds()
    {
        var random = new Random(5545);
        for (var i = 0; i < 400; i++)
        {
            var first = new DateOnly(2024, 1, 1).AddDays(random.Next(800));
            var drawn = DrawnRule.Draw(random);
            var found = RecurrenceRule.Read(drawn.Text).Rule!.Moments(first, Nine, NewYork, first.AddDays(700)).Select(at => DateOnly.FromDateTime(at.DateTime));
            var held = Enumerable.Range(0, 701).Select(offset => first.AddDays(offset)).Where(day => drawn.Holds(first, day)).Take(drawn.Count);
            Assert.True(held.SequenceEqual(found), $"{drawn.Text} from {first:O}");
        }
    }

    [Theory]
    [InlineData("FREQ=DAILY;BYHOUR=9", "field.rrule-part", "BYHOUR")]
    [InlineData("FREQ=DAILY;BYWEEKNO=20", "field.rrule-part", "BYWEEKNO")]
    [InlineData("FREQ=DAILY;nonsense", "field.rrule-part", "nonsense")]
    [InlineData("FREQ=YEARLY", "field.rrule-value", "FREQ")]
    [InlineData("INTERVAL=2", "field.rrule-value", "FREQ")]
    [InlineData("FREQ=DAILY;INTERVAL=0", "field.rrule-value", "INTERVAL")]
    [InlineData("FREQ=DAILY;COUNT=-1", "field.rrule-value", "COUNT")]
    [InlineData("FREQ=DAILY;UNTIL=tomorrow", "field.rrule-value", "UNTIL")]
    [InlineData("FREQ=WEEKLY;BYDAY=XX", "field.rrule-value", "BYDAY")]
    [InlineData("FREQ=WEEKLY;BYDAY=1MO", "field.rrule-value", "BYDAY")]
    [InlineData("FREQ=MONTHLY;BYDAY=6MO", "field.rrule-value", "BYDAY")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=0", "field.rrule-value", "BYMONTHDAY")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-32", "field.rrule-value", "BYMONTHDAY")]
    [InlineData("FREQ=MONTHLY;BYSETPOS=1", "field.rrule-value", "BYSETPOS")]
    [InlineData("FREQ=WEEKLY;WKST=8", "field.rrule-value", "WKST")]
    [InlineData("FREQ=DAILY;COUNT=2;COUNT=3", "field.rrule-twice", "COUNT")]
    [InlineData("FREQ=DAILY;COUNT=2;UNTIL=20270101", "field.rrule-together", "COUNT")]
    [InlineData("FREQ=WEEKLY;BYMONTHDAY=1", "field.rrule-together", "FREQ=WEEKLY")]
    public void What_is_not_understood_is_refused_by_name(string rule, string textKey, string name)
    {
        var problem = RecurrenceRule.Read(rule).Problem!;
        Assert.Equal((textKey, name), (problem.TextKey, problem.Args[0]));
    }

    private static IEnumerable<DateTimeOffset> Moments(string rule, string first)
    {
        var day = DateOnly.Parse(first, CultureInfo.InvariantCulture);
        return RecurrenceRule.Read(rule).Rule!.Moments(day, Nine, NewYork, day.AddYears(10));
    }

    private static IEnumerable<DateOnly> Days(string text)
    {
        var year = 0;
        foreach (var part in text.Split(' '))
        {
            if (part.EndsWith(':'))
            {
                year = int.Parse(part[..^1], CultureInfo.InvariantCulture);
                continue;
            }
            var numbers = part.Split('/', '-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            for (var day = numbers[1]; day <= numbers[^1]; day++)
                yield return new DateOnly(year, numbers[0], day);
        }
    }
}
