using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Tasks;

/// <summary>People learn of their tasks in WeCom, from a real server that acts as WeCom.</summary>
public sealed class TaskNoticeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_task_that_opens_is_handed_over_or_becomes_overdue_is_told_to_its_people(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var story = await Story.BeginAsync(dialect);
        await GiveWeComIdAsync(story, "chen", "wx-chen");
        await story.AsAsync("zhou");   // of another role: is told nothing
        await GiveWeComIdAsync(story, "zhou", "wx-zhou");
        await AddAccountAsync(story, simulator);

        await story.CompleteAsync("write-brief", "submit");

        await Eventually.HoldsAsync(() => Task.FromResult(To(simulator, "wx-chen").Count == 1), "the business head is told");
        var code = (await story.PageAsync()).GetProperty("code").GetString()!;
        var told = To(simulator, "wx-chen")[0];
        Assert.Contains(code, told, StringComparison.Ordinal);
        Assert.Contains("截止时间 2026-11-2", told, StringComparison.Ordinal);
        Assert.Empty(To(simulator, "wx-zhou"));

        var task = await story.TaskAsync("review-brief");
        await story.Host.SignInAsync("deng", Role.BusinessHead);
        await GiveWeComIdAsync(story, "deng", "wx-deng");
        using (var transfer = await story.PostAsync("chen", $"/api/v1/tasks/{task}/transfer", new { to = "deng", reason = "休假" }))
            Assert.True(transfer.IsSuccessStatusCode, await transfer.Content.ReadAsStringAsync(Token));
        await Eventually.HoldsAsync(() => Task.FromResult(To(simulator, "wx-deng").Count == 1), "the receiver is told");

        story.Host.Clock.Advance(TimeSpan.FromDays(5));
        await Eventually.HoldsAsync(() => Task.FromResult(To(simulator, "wx-deng").Count >= 2), "the holder is told that it is late");
        Assert.Single(To(simulator, "wx-chen"));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_notice_that_WeCom_refuses_is_tried_again_and_in_the_end_an_incident(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var story = await Story.BeginAsync(dialect);
        await GiveWeComIdAsync(story, "chen", "wx-chen");
        await AddAccountAsync(story, simulator);
        simulator.Simulation.Faults.Rates[Fault.ServerError] = 1;
        await story.CompleteAsync("write-brief", "submit");

        await Eventually.HoldsAsync(
            async () =>
            {
                story.Host.Clock.Advance(TimeSpan.FromMinutes(5));   // the pauses between tries are of the business clock
                return await story.Host.Database.ReadAsync((db, token) => db.Incidents.AnyAsync(row => row.Kind == "task-notice" && row.ClosedAt == null, token), Token);
            },
            "an incident waits for platform",
            90);
        Assert.Empty(To(simulator, "wx-chen"));

        simulator.Simulation.Faults.Rates.Clear();
        var incidents = await story.GetAsync("pan", "/api/v1/incidents");
        var incident = incidents.EnumerateArray().First(row => row.GetProperty("kind").GetString() == "task-notice").GetProperty("id").GetString();
        using var retry = await story.PostAsync("pan", $"/api/v1/incidents/{incident}/retry");
        Assert.Equal(HttpStatusCode.NoContent, retry.StatusCode);
        await Eventually.HoldsAsync(() => Task.FromResult(To(simulator, "wx-chen").Count > 0), "told after the retry");
    }

    private static List<string> To(SimulatorHost simulator, string user) => [.. simulator.Simulation.Log.Entries.Where(entry => entry.Accepted && entry.To == user).Select(entry => entry.Text)];

    private static async Task AddAccountAsync(Story story, SimulatorHost simulator)
    {
        using var settings = JsonDocument.Parse(simulator.SettingsFor("wecom-app"));
        using var made = await story.PostAsync("pan", "/api/v1/channel-accounts", new { name = "wecom-notices", provider = "wecom-app", settings = settings.RootElement });
        Assert.True(made.StatusCode == HttpStatusCode.Created, await made.Content.ReadAsStringAsync(Token));
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        using var asked = await story.PostAsync("pan", $"/api/v1/channel-accounts/{id}/live-request");
        using var agreed = await story.PostAsync("xu", $"/api/v1/channel-accounts/{id}/live-approval");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (asked.StatusCode, agreed.StatusCode));
    }

    private static async Task GiveWeComIdAsync(Story story, string userName, string weComUserId)
    {
        if (userName != "deng")
            await story.AsAsync(userName);
        var admin = await story.AsAsync("root");
        var user = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/users", Token)).EnumerateArray().Single(row => row.GetProperty("userName").GetString() == userName);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/users/{user.GetProperty("id").GetString()}")
        {
            Content = JsonContent.Create(new { displayName = userName, weComUserId, roles = user.GetProperty("roles"), isDisabled = false }),
        };
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{user.GetProperty("version").GetInt64()}\"");
        using var reply = await admin.SendAsync(request, Token);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Token));
    }
}
