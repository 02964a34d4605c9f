using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class RecurringTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // Tuesday, 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_daily_reminder_goes_to_whoever_the_approved_rule_matches_that_day_up_to_its_ceiling(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.DeclareAsync("overdue_days");
        await bed.AddCustomersAsync(50, (i, customer) => customer.Attributes = i <= 30 ? """{"overdue_days":0}""" : """{"overdue_days":5}""");
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        await bed.LaunchAsync(brief with
        {
            Audience = new AudienceRule { Rule = "overdue_days = 0", HoldoutPercent = 0 },
            Window = new DateWindow(brief.Window.Start, brief.Window.Start.AddDays(3)),
            Phases = [brief.Phases[0] with { Recurrence = new Recurrence { Rule = "FREQ=DAILY", Ceiling = 35 } }],
        });

        host.Clock.AdvanceTo(Ten.AddMinutes(1));
        await Eventually.HoldsAsync(() => SentAsync(simulator, 30), "the first occurrence is out");
        await bed.SetAttributesAsync(31, """{"overdue_days":0}""");
        host.Clock.AdvanceTo(Ten.AddDays(1).AddMinutes(1));
        await Eventually.HoldsAsync(() => SentAsync(simulator, 61), "the second goes to one more");
        for (var i = 32; i <= 40; i++)
            await bed.SetAttributesAsync(i, """{"overdue_days":0}""");
        host.Clock.AdvanceTo(Ten.AddDays(2).AddMinutes(1));
        using var owner = await host.SignInAsync("lin", Role.Owner);
        List<QuestionView> questions = [];
        await Eventually.HoldsAsync(
            async () => (questions = (await owner.GetFromJsonAsync<List<QuestionView>>($"/api/v1/campaigns/{bed.CampaignId}/questions", JsonDefaults.Options, Token))!).Count > 0, "more than the ceiling asks");
        Assert.Equal(["try-again", "skip"], questions[0].Choices);
        Assert.Contains("40 customers match, but 35 were approved", questions[0].Message, StringComparison.Ordinal);
        (await owner.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/questions/{questions[0].Id}/answer", new { answer = "skip", reason = "too many" }, Token)).EnsureSuccessStatusCode();
        for (var i = 36; i <= 40; i++)
            await bed.SetAttributesAsync(i, """{"overdue_days":9}""");
        host.Clock.AdvanceTo(Ten.AddDays(3).AddMinutes(1));
        await Eventually.HoldsAsync(() => SentAsync(simulator, 96), "the last day's is out");
        host.Clock.AdvanceTo(Ten.AddDays(4).AddMinutes(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "after the window it ends");

        var reports = (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/reports", Token)).EnumerateArray().ToList();
        Assert.Equal([30L, 31L, 40L, 35L], reports.Select(report => report.GetProperty("audience").GetInt64()));
        Assert.All(reports, report => Assert.True(report.GetProperty("addsUp").GetBoolean()));
        Assert.Equal(4, reports.Select(report => report.GetProperty("occurrenceId").GetInt64()).Distinct().Count());
        Assert.False(await host.Database.ReadAsync((db, token) => db.RecurringTriggers.AnyAsync(row => row.CampaignId == bed.CampaignId, token), Token));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_rule_with_an_interval_and_a_count_fires_on_its_days_only_and_then_the_reach_out_is_done(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        await bed.LaunchAsync(
            brief with
            {
                Audience = new AudienceRule { Rule = "true", HoldoutPercent = 0 },
                Phases = [brief.Phases[0] with { Recurrence = new Recurrence { Rule = "FREQ=DAILY;INTERVAL=3;COUNT=2", Ceiling = 50 } }],
            },
            members: false);

        for (var day = 0; day <= 3; day++)
        {
            host.Clock.AdvanceTo(Ten.AddDays(day).AddMinutes(1));
            await Eventually.HoldsAsync(() => SentAsync(simulator, day < 3 ? 10 : 20), $"what is due by day {day} is out");
        }
        host.Clock.AdvanceTo(Ten.AddDays(4).AddMinutes(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "after the last of the count it ends, long before the window does");

        var dues = await host.Database.ReadAsync((db, token) => db.Occurrences.Where(row => row.CampaignId == bed.CampaignId).OrderBy(row => row.Due).Select(row => row.Due).ToListAsync(token), Token);
        Assert.Equal([Ten, Ten.AddDays(3)], dues);
        Assert.False(await host.Database.ReadAsync((db, token) => db.RecurringTriggers.AnyAsync(row => row.CampaignId == bed.CampaignId, token), Token));
    }

    [Theory]
    [InlineData(DatabaseDialect.Sqlite, "0 0 10 * * ?", null)]
    [InlineData(DatabaseDialect.Sqlite, null, "FREQ=DAILY")]
    [InlineData(DatabaseDialect.PostgreSql, "0 0 10 * * ?", null)]
    [InlineData(DatabaseDialect.PostgreSql, null, "FREQ=DAILY")]
    public async Task After_its_last_day_it_fires_no_more_although_the_window_goes_on(DatabaseDialect dialect, string? cron, string? rule)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        var recurrence = new Recurrence { Cron = cron, Rule = rule, Ceiling = 50, Until = brief.Phases[0].Date.AddDays(1) };
        await bed.LaunchAsync(
            brief with { Audience = new AudienceRule { Rule = "true", HoldoutPercent = 0 }, Phases = [brief.Phases[0] with { Recurrence = recurrence }] }, members: false);

        for (var day = 0; day <= 1; day++)
        {
            host.Clock.AdvanceTo(Ten.AddDays(day).AddMinutes(1));
            await Eventually.HoldsAsync(() => SentAsync(simulator, (day + 1) * 10), $"what is due by day {day} is out");
        }
        host.Clock.AdvanceTo(Ten.AddDays(2).AddMinutes(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "it ends");

        var dues = await host.Database.ReadAsync((db, token) => db.Occurrences.Where(row => row.CampaignId == bed.CampaignId).OrderBy(row => row.Due).Select(row => row.Due).ToListAsync(token), Token);
        Assert.Equal([Ten, Ten.AddDays(1)], dues);
    }

    [Fact]
    public void The_next_times_begin_after_now_and_end_with_the_last_day()
    {
        var (shanghai, first) = (TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), new DateOnly(2026, 11, 24));
        IEnumerable<string> Next(string? cron, string? rule, DateOnly last, DateTimeOffset after) =>
            RecurrenceCron.Next(new Recurrence { Cron = cron, Rule = rule, Ceiling = 1 }, new TimeOnly(10, 0), shanghai, first, last, after, 5).Select(time => time.ToString("MM-dd HH:mm zzz", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(["11-24 10:00 +08:00", "11-26 10:00 +08:00", "11-28 10:00 +08:00", "11-30 10:00 +08:00", "12-02 10:00 +08:00"], Next(null, "FREQ=DAILY;INTERVAL=2", first.AddDays(30), Ten.AddDays(-9)));
        Assert.Equal(["11-26 10:00 +08:00", "11-28 10:00 +08:00"], Next(null, "FREQ=DAILY;INTERVAL=2", first.AddDays(5), Ten));
        Assert.Equal(["11-30 09:30 +08:00", "12-07 09:30 +08:00"], Next("0 30 9 ? * MON", null, first.AddDays(14), Ten.AddDays(-9)));
        Assert.Empty(Next("0 30 9 ? * MON", null, first.AddDays(3), Ten));
        Assert.Empty(Next(null, "FREQ=HOURLY", first.AddDays(30), Ten));
    }

    [Fact]
    public void A_brief_with_a_bad_rule_or_with_a_number_to_hold_out_of_a_recurring_audience_is_refused()
    {
        var brief = ReachoutBed.Brief(Ten);
        Brief With(string rule, int? count = null) => brief with
        {
            Audience = brief.Audience with { HoldoutCount = count },
            Phases = [brief.Phases[0] with { Recurrence = new Recurrence { Rule = rule, Ceiling = 50 } }],
        };

        Assert.Empty(BriefCheck.Check(With("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR")));
        Assert.Equal(("phases[0].recurrence.rule", "field.rrule-part"), Only(With("FREQ=DAILY;BYHOUR=9")));
        Assert.Equal(("phases[0].recurrence.rule", "field.rrule-never"), Only(With("FREQ=DAILY;BYMONTH=3")));
        Assert.Equal(("audience.holdoutCount", "field.holdout-count-recurring"), Only(With("FREQ=DAILY", 270)));
        var ends = With("FREQ=DAILY").Phases[0];
        Assert.Contains(BriefCheck.Check(With("FREQ=DAILY") with { Phases = [ends with { Recurrence = ends.Recurrence! with { Until = ends.Date.AddDays(-1) } }] }), problem => problem.Field == "phases[0].recurrence.until");

        static (string, string) Only(Brief brief) => Assert.Single(BriefCheck.Check(brief)) is var problem ? (problem.Field, problem.TextKey) : default;
    }

    [Theory]
    [InlineData("0 0 10 ? * MON", true)]
    [InlineData("0 * 10 ? * MON", false)]
    [InlineData("nonsense", false)]
    public void A_cron_expression_has_one_time_a_day(string cron, bool isGood) =>
        Assert.Equal(isGood, RecurrenceCron.Of(new Recurrence { Cron = cron, Ceiling = 1 }, new TimeOnly(9, 30)) is not null);

    private static Task<bool> SentAsync(SimulatorHost simulator, int count) => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == count);
}
