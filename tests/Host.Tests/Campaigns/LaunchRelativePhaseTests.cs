using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tests.Campaigns;

/// <summary>Phases that are due so many days from the launch: they move with it until it is approved, and what was approved is what fires.</summary>
public sealed class LaunchRelativePhaseTests
{
    private const string Matching = """
        {"age":35,"student":false,"credit_status":"active","available_limit":20000,"overdue_days":0,"max_overdue_days_12m":0,"days_since_last_loan":90,
         "risk_grade":"B","lender_count":1,"open_complaint":false,"profiling_consent":true,"converted":false}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Moving_the_first_day_moves_every_relative_phase_and_no_other(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect, brief => Relative(brief) with { Phases = [Relative(brief).Phases[0], Relative(brief).Phases[1], brief.Phases[2]] });
        var before = await ScheduleAsync(story);
        var start = Story.Brief(story.Host).Window.Start;

        using var edit = await story.EditAsync(brief => brief with { Window = new DateWindow(start.AddDays(2), brief.Window.End.AddDays(2)) });

        Assert.Equal(HttpStatusCode.OK, edit.StatusCode);
        var after = await ScheduleAsync(story);
        Assert.Equal([At(start.AddDays(-3), 10), At(start, 10), At(start.AddDays(9), 15)], before);
        Assert.Equal([At(start.AddDays(-1), 10), At(start.AddDays(2), 10), At(start.AddDays(9), 15)], after);
        var phase = (await story.PageAsync()).GetProperty("brief").GetProperty("phases")[0];
        Assert.Equal((-3, JsonValueKind.Null), (phase.GetProperty("daysFromLaunch").GetInt32(), phase.GetProperty("date").ValueKind));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_launch_moved_after_approval_is_approved_anew_and_what_was_approved_is_what_fires(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect, Relative);
        await new ReachoutBed(story.Host.Services).AddCustomersAsync(3, (_, customer) => customer.Attributes = Matching);
        await story.ReachLaunchCheckAsync();
        var check = await story.TaskAsync("launch-check");

        using var edit = await story.EditAsync(brief => brief with { Window = new DateWindow(brief.Window.Start.AddDays(1), brief.Window.End) });
        using var refused = await story.PostAsync("luo", $"/api/v1/tasks/{check}/completion", new { outcome = "launch" });

        Assert.Equal(["schedule"], Names((await edit.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("changedParts")));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(["consumer-protection-sign", "finance-sign", "risk-sign"], await story.StandingAsync());
        await story.CompleteAsync("review-brief", "approve");
        var signing = await story.TaskAsync("compliance-sign");
        var changes = (await story.GetAsync("xu", $"/api/v1/tasks/{signing}/changes")).GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("part").GetString() == "schedule");
        var start = Story.Brief(story.Host).Window.Start;
        Assert.Contains($"{start.AddDays(-2):yyyy-MM-dd}", changes.GetRawText(), StringComparison.Ordinal);
        await story.CompleteAsync("compliance-sign", "approve");
        await story.CompleteAsync("launch-check", "launch");
        await story.UntilStageAsync("monitoring", At(start.AddDays(-2), 10));

        List<DateTimeOffset> due = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                due = [.. (await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/reachouts")).EnumerateArray().Select(row => row.GetProperty("due").GetDateTimeOffset()).Order()];
                return due.Count == 3;
            },
            "the phases are scheduled");
        Assert.Equal([At(start.AddDays(-2), 10), At(start.AddDays(1), 10), At(start.AddDays(10), 15)], due);
        var spec = await story.Host.Services.GetRequiredService<Database>().ReadAsync(async (db, _) => Experiments.SpecOf(db.Reachouts.Single(row => row.Phase == "burst")), Token);
        Assert.Equal((null, start.AddDays(1)), (spec.Phase.DaysFromLaunch, spec.Phase.Date));
    }

    [Fact]
    public async Task The_other_way_to_say_the_same_day_changes_nothing_that_was_approved()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.ReachLaunchCheckAsync();

        using var edit = await story.EditAsync(Relative);

        var reply = await edit.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Empty(reply.GetProperty("changedParts").EnumerateArray());
        Assert.Empty(reply.GetProperty("voided").EnumerateObject());
    }

    [Fact]
    public async Task A_new_campaign_from_an_old_one_keeps_the_distances()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite, Relative);

        using var reply = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/clone", new { start = "2027-03-02" });

        var id = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        var page = await story.GetAsync("lin", $"/api/v1/campaigns/{id}");
        Assert.Equal([-3, 0, 9], page.GetProperty("brief").GetProperty("phases").EnumerateArray().Select(phase => phase.GetProperty("daysFromLaunch").GetInt32()));
        Assert.Equal([At(new(2027, 2, 27), 10), At(new(2027, 3, 2), 10), At(new(2027, 3, 11), 15)], Times(page));
    }

    [Fact]
    public async Task What_is_wrong_is_told_at_its_field()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);

        Assert.Equal("phases[1].date", await FieldAsync(story, phase => phase.Remove("date")));
        Assert.Equal("phases[1].daysFromLaunch", await FieldAsync(story, phase => phase["daysFromLaunch"] = -3));
        Assert.Equal("phases[1].daysFromLaunch", await FieldAsync(story, phase => (phase["date"], phase["daysFromLaunch"]) = (null, 12)));
        Assert.Equal("phases[1].daysFromLaunch", await FieldAsync(story, phase => (phase["date"], phase["daysFromLaunch"]) = (null, int.MinValue)));
        Assert.Equal("phases[1].daysFromLaunch", await FieldAsync(story, phase => (phase["date"], phase["daysFromLaunch"]) = (null, 1.5)));
        Assert.Equal("phases[1].daysFromLaunch", await FieldAsync(story, phase => (phase["date"], phase["daysFromLaunch"]) = (null, "T-3")));
        Assert.Equal("phases[1].date", await FieldAsync(story, phase => (phase["date"], phase["daysFromLaunch"]) = ("2026-06-31", -3)));
    }

    [Fact]
    public void A_time_that_the_clocks_skip_moves_on_and_one_that_comes_twice_is_the_first()
    {
        // New York springs forward on 14 March 2027 and falls back on 7 November 2027.
        var brief = Relative(DemoBrief.For(new DateOnly(2027, 3, 16))) with { TimeZone = "America/New_York" };
        var skipped = brief.Phases[0] with { DaysFromLaunch = -2, Time = new TimeOnly(2, 30) };
        var twice = brief.Phases[0] with { DaysFromLaunch = 0, Time = new TimeOnly(1, 30) };

        var spring = brief with { Phases = [skipped] };
        var autumn = brief with { Window = new DateWindow(new(2027, 11, 7), new(2027, 11, 9)), Phases = [twice] };

        Assert.Equal(new DateTimeOffset(2027, 3, 14, 3, 30, 0, TimeSpan.FromHours(-4)), InstantOf(spring));
        Assert.Equal(new DateTimeOffset(2027, 11, 7, 1, 30, 0, TimeSpan.FromHours(-4)), InstantOf(autumn));
        Assert.Equal(new DateTimeOffset(2027, 3, 15, 2, 30, 0, TimeSpan.FromHours(-4)), InstantOf(spring with { Window = new DateWindow(new(2027, 3, 17), new(2027, 3, 28)) }));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_forecast_counts_the_days_from_the_launch(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await new ReachoutBed(host.Services).AddCustomersAsync(6);
        var brief = ReachoutBed.Brief(host.Clock.GetUtcNow().AddDays(1));
        brief = brief with { Phases = [brief.Phases[0] with { DaysFromLaunch = 3, PerDay = 2 }], Window = new DateWindow(brief.Window.Start, brief.Window.Start.AddDays(20)) };

        var forecast = (await host.Services.GetRequiredService<ReachForecast>().ForAsync(brief, null, Token)).Value;

        Assert.Equal(brief.Window.Start.AddDays(3), Assert.Single(forecast.Phases).Waves[0].Day);
    }

    private static Brief Relative(Brief brief) =>
        brief with { Phases = [.. brief.Phases.Select(phase => phase with { DaysFromLaunch = phase.Date.DayNumber - brief.Window.Start.DayNumber })] };

    private static DateTimeOffset InstantOf(Brief brief)
    {
        var read = BriefJsonText.Read(BriefJsonText.Write(brief));
        return read.InstantOf(read.Phases[0].Date, read.Phases[0].Time);
    }

    private static DateTimeOffset At(DateOnly day, int hour) => new(day.ToDateTime(new TimeOnly(hour, 0)), TimeSpan.FromHours(8));

    private static async Task<List<DateTimeOffset>> ScheduleAsync(Story story) => Times(await story.PageAsync());

    private static List<DateTimeOffset> Times(JsonElement page) => [.. page.GetProperty("schedule").EnumerateArray().Select(row => row.GetProperty("at").GetDateTimeOffset())];

    private static IEnumerable<string?> Names(JsonElement list) => list.EnumerateArray().Select(name => name.GetString());

    private static async Task<string?> FieldAsync(Story story, Action<JsonObject> change)
    {
        var brief = JsonSerializer.SerializeToNode(Story.Brief(story.Host), JsonDefaults.Options)!;
        change((JsonObject)brief["phases"]![1]!);
        using var reply = await story.PostAsync("lin", "/api/v1/campaigns", new JsonObject { ["brief"] = brief.DeepClone() });
        var text = await reply.Content.ReadAsStringAsync(Token);
        Assert.True(reply.StatusCode == HttpStatusCode.UnprocessableEntity, text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("errors")[0].GetProperty("field").GetString();
    }
}
