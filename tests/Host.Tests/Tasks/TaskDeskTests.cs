using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Tasks;

public sealed class TaskDeskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Of_two_people_who_complete_a_task_at_once_one_wins_and_the_other_is_told_who(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        var task = await story.TaskAsync("risk-sign");
        var data = await story.FormDataAsync("zhou", task, "approve");
        await story.AsAsync("zhou2");

        var replies = await Task.WhenAll(
            story.PostAsync("zhou", $"/api/v1/tasks/{task}/completion", new { outcome = "approve", data = data.DeepClone() }),
            story.PostAsync("zhou2", $"/api/v1/tasks/{task}/completion", new { outcome = "approve", data = data.DeepClone() }));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], replies.Select(reply => reply.StatusCode).Order());
        var lost = await replies.Single(reply => reply.StatusCode == HttpStatusCode.Conflict).Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("done", lost.GetProperty("current").GetProperty("state").GetString());
        Assert.Contains("zhou", lost.GetProperty("current").GetProperty("completedBy").GetString(), StringComparison.Ordinal);
        Assert.Single((await story.PageAsync()).GetProperty("approvals").EnumerateArray(), row => row.GetProperty("elementId").GetString() == "risk-sign");
    }

    [Fact]
    public async Task A_task_is_claimed_released_and_handed_over()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        var path = $"/api/v1/tasks/{await story.TaskAsync("risk-sign")}";

        Assert.Equal(HttpStatusCode.OK, (await story.PostAsync("zhou", $"{path}/claim")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await story.PostAsync("zhou2", $"{path}/claim")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await story.PostAsync("zhou2", $"{path}/completion", new { outcome = "approve" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await story.PostAsync("he", $"/api/v1/tasks/{await story.TaskAsync("compliance-sign")}/claim")).StatusCode);
        Assert.Equal(1, (await story.GetAsync("zhou", "/api/v1/tasks/counts")).GetProperty("mine").GetInt32());
        Assert.Equal(0, (await story.GetAsync("zhou2", "/api/v1/tasks?view=open")).GetArrayLength());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await story.PostAsync("zhou", $"{path}/transfer", new { to = "he", reason = "休假" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await story.PostAsync("zhou", $"{path}/transfer", new { to = "zhou2", reason = "休假" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await story.PostAsync("zhou2", $"{path}/release")).StatusCode);
        Assert.Equal(1, (await story.GetAsync("zhou", "/api/v1/tasks?view=open")).GetArrayLength());
        await story.CompleteAsync("risk-sign", "approve", by: "zhou2");
        Assert.Equal("risk-sign", (await story.GetAsync("zhou2", "/api/v1/tasks?view=done"))[0].GetProperty("elementId").GetString());
    }

    [Fact]
    public async Task A_form_is_checked_on_the_server_and_the_wrong_fields_are_named()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");

        using var reply = await story.TryCompleteAsync("compliance-sign", "approve", data: new { checks = (List<string>)["licence"], coment = "typo" });
        using var unknown = await story.TryCompleteAsync("compliance-sign", "maybe");

        var fields = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString());
        Assert.Equal(["data.coment", "data.checks"], fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.StatusCode);
        Assert.Contains("risk-sign", await story.OpenTasksAsync());
    }

    [Fact]
    public async Task Due_times_count_working_days_and_skip_the_holidays_of_the_calendar()
    {
        // Wednesday before National Day 2026 (1–7 October off, Saturday 10 October worked).
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite, new DateTimeOffset(2026, 9, 30, 2, 0, 0, TimeSpan.Zero));
        var calendar = await host.Database.ReadAsync((db, token) => host.Services.GetRequiredService<WorkingCalendars>().CurrentAsync(db, token), Token);

        var due = Workflows.Execution.WorkingTime.AddWorkingDays(calendar, host.Clock.GetUtcNow(), 3);

        Assert.Equal(new DateTimeOffset(2026, 10, 10, 2, 0, 0, TimeSpan.Zero), due);
    }

    [Fact]
    public async Task A_reminder_goes_out_before_a_task_is_due_and_it_is_noted_when_it_becomes_overdue()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var due = (await story.GetAsync("lin", $"/api/v1/tasks/{await story.TaskAsync("write-brief")}")).GetProperty("due").GetDateTimeOffset();

        Assert.Equal(story.Host.Clock.GetUtcNow().AddDays(3), due);
        story.Host.Clock.AdvanceTo(due);

        await Until(async () => (await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/audit")).EnumerateArray().Select(row => row.GetProperty("type").GetString()).ToHashSet().IsSupersetOf(["task-reminded", "task-overdue"]));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_timer_that_was_due_while_the_process_was_down_fires_once(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        await story.ReachLaunchCheckAsync();
        await story.CompleteAsync("launch-check", "postpone", reason: "客服话术未下发");
        var timer = await story.Host.Database.ReadAsync((db, token) => db.ScheduledWork.SingleAsync(row => row.Kind == "timer" && row.State == WorkState.Due, token), Token);
        var process = story.Host.Services.GetRequiredService<ProcessHost>();
        var payload = JsonDocument.Parse(timer.Payload).RootElement;

        // As after a crash between the commit of the step and the closing of the row: the same timer comes twice.
        for (var i = 0; i < 2; i++)
            await story.Host.Database.WriteAsync((tx, token) => process.TriggerTimerAsync(tx, story.Id, payload.GetProperty("timerId").GetString()!, token), Token);
        story.Host.Clock.AdvanceTo(timer.Due.AddHours(5));
        await story.TaskAsync("launch-check");

        await Until(async () => await story.Host.Database.ReadAsync((db, token) => db.ScheduledWork.AllAsync(row => row.Id != timer.Id || row.State != WorkState.Due, token), Token));
        var fired = (await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/audit")).EnumerateArray().Count(row => row.GetProperty("type").GetString() == "timer-fired" && row.GetProperty("subject").GetString() == "postponed");
        Assert.Equal(1, fired);
        Assert.Single(await story.OpenTasksAsync());
    }

    [Fact]
    public async Task The_working_calendar_is_edited_by_process_administrators_only()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var day = new CalendarDayRequest(false, "司庆", "Company day");

        Assert.Equal(HttpStatusCode.Forbidden, (await (await story.AsAsync("lin")).PutAsJsonAsync("/api/v1/calendar-days/2027-03-05", day, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await (await story.AsAsync("wei")).PutAsJsonAsync("/api/v1/calendar-days/2027-03-05", day, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await (await story.AsAsync("wei")).PutAsJsonAsync("/api/v1/calendar-days/2027-06-31", day, Token)).StatusCode);
        Assert.Contains((await story.GetAsync("lin", "/api/v1/calendar-days")).EnumerateArray(), row => row.GetProperty("date").GetString() == "2027-03-05");
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        var until = Environment.TickCount64 + 20_000;
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 < until, "The condition did not come true within 20 s.");
            await Task.Delay(50, Token);
        }
    }
}
