using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Sops.Runs;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Tests.Sops;

public sealed class RunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Another_system_starts_a_process_does_its_work_and_reads_the_result(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var client = await PublishedAsync(host, RunFiles.TwoSteps);

        var run = await PostAsync(client, "/api/v1/runs", new { process = "two-steps", variables = new { order = 7 } });
        var id = run.GetProperty("id").GetGuid();
        var first = run.GetProperty("work")[0];
        Assert.Equal("first", first.GetProperty("elementId").GetString());
        run = await PostAsync(client, $"/api/v1/runs/{id}/work/{first.GetProperty("workId").GetString()}/completion", new { variables = new { paid = true } });
        Assert.Equal("second", run.GetProperty("work")[0].GetProperty("elementId").GetString());
        await PostAsync(client, $"/api/v1/runs/{id}/work/{run.GetProperty("work")[0].GetProperty("workId").GetString()}/completion", new { });

        var read = await client.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}", Token);
        Assert.Equal("Completed", read.GetProperty("status").GetString(), ignoreCase: true);
        Assert.Equal("""{"order":7,"paid":true}""", read.GetProperty("variables").GetRawText());
        Assert.Empty((await client.GetFromJsonAsync<JsonElement>("/api/v1/runs", Token)).EnumerateArray());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Many_runs_side_by_side_keep_their_states_apart_and_each_command_counts_once(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await PublishedAsync(host, RunFiles.TwoSteps);
        var runs = host.Services.GetRequiredService<ProcessRuns>();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(async number =>
        {
            var state = (await runs.StartAsync("two-steps", Variables.Of(("order", number)), Token)).Value.State;
            var (id, command) = (Guid.Parse(state.Id), Guid.NewGuid());
            var first = new Command.CompleteWork(state.Work[0].WorkId, Variables.Of(("seen", number)));
            // The reply of the first try is taken for lost.
            var tries = await Task.WhenAll(runs.StepAsync(id, first, command, Token), runs.StepAsync(id, first, command, Token));
            Assert.Single(tries, step => step.Value.Applied);
            Assert.Equal("second", tries[0].Value.State.Work.Single().ElementId);
            state = (await runs.StepAsync(id, new Command.CompleteWork(tries[0].Value.State.Work[0].WorkId, Variables.None), null, Token)).Value.State;
            Assert.Equal((InstanceStatus.Completed, (decimal)number), (state.Status, (decimal)state.Variables["seen"]!));
        }));

        var rows = await host.Database.ReadAsync((db, token) => db.ProcessRuns.ToListAsync(token), Token);
        Assert.Equal(60, rows.Count(row => row is { Status: InstanceStatus.Completed, Version: 3 }));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_refused_command_changes_nothing_and_does_not_disturb_its_neighbours(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await PublishedAsync(host, RunFiles.TwoSteps);
        var runs = host.Services.GetRequiredService<ProcessRuns>();
        var state = (await runs.StartAsync("two-steps", Variables.None, Token)).Value.State;
        var id = Guid.Parse(state.Id);
        var huge = Variables.Of(("text", new string('x', 300_000)));

        var (unknown, tooMuch, fine) = (
            runs.StepAsync(Guid.NewGuid(), new Command.CompleteWork("w1", Variables.None), null, Token),
            runs.StepAsync(id, new Command.CompleteWork(state.Work[0].WorkId, huge), null, Token),
            runs.StartAsync("two-steps", Variables.None, Token));

        Assert.Equal("not-found", (await unknown).Refusal?.Type);
        Assert.Equal("invalid", (await tooMuch).Refusal?.Type);
        Assert.True((await fine).Value.Applied);
        Assert.Equal(1, (await runs.FindAsync(id, Token))!.Version);
        Assert.False((await runs.StepAsync(id, new Command.CompleteWork("w99", Variables.None), null, Token)).Value.Applied);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Timers_fire_and_a_broken_step_is_an_incident_that_can_be_tried_again(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var client = await PublishedAsync(host, RunFiles.WaitsAnHour);
        var runs = host.Services.GetRequiredService<ProcessRuns>();
        var id = Guid.Parse((await runs.StartAsync("waits", Variables.None, Token)).Value.State.Id);

        host.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.HoldsAsync(async () => ProcessInstance.FromJson((await runs.FindAsync(id, Token))!.State).Incidents.Count == 1, "the condition without its variable is an incident");
        var incident = (await client.GetFromJsonAsync<JsonElement>("/api/v1/incidents", Token)).EnumerateArray().Single();
        Assert.Equal("process-run", incident.GetProperty("kind").GetString());
        await runs.StepAsync(id, new Command.SetVariables(Variables.Of(("amount", 5))), null, Token);
        using var retry = await client.PostAsync($"/api/v1/incidents/{incident.GetProperty("id").GetString()}/retry", null, Token);

        await Eventually.HoldsAsync(async () => (await runs.FindAsync(id, Token))!.Status == InstanceStatus.Completed, "the retry ends the run");
    }

    [Fact]
    public async Task A_process_with_people_in_it_is_refused_and_a_run_is_cancelled_only_with_a_reason()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var client = await PublishedAsync(host, RunFiles.TwoSteps);
        var users = await host.SignInAsync("reader", Role.Auditor);
        using var people = await client.PostAsJsonAsync("/api/v1/runs", new { process = "standard-campaign" }, Token);
        using var stranger = await users.PostAsJsonAsync("/api/v1/runs", new { process = "two-steps" }, Token);
        var id = (await PostAsync(client, "/api/v1/runs", new { process = "two-steps" })).GetProperty("id").GetGuid();
        using var silent = await client.PostAsJsonAsync($"/api/v1/runs/{id}/cancellation", new { reason = " " }, Token);
        var ended = await PostAsync(client, $"/api/v1/runs/{id}/cancellation", new { reason = "ordered twice" });

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Forbidden, HttpStatusCode.UnprocessableEntity), (people.StatusCode, stranger.StatusCode, silent.StatusCode));
        Assert.Equal("Cancelled", ended.GetProperty("status").GetString(), ignoreCase: true);
        var entry = await host.Database.ReadAsync((db, token) => db.AuditEvents.SingleAsync(row => row.Chain == "runs", token), Token);
        Assert.Equal(("run-cancelled", "ordered twice", "pan"), (entry.Type, entry.Reason, entry.Actor));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_same_idempotency_key_starts_one_run(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var client = await PublishedAsync(host, RunFiles.TwoSteps);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "order-7");

        var (first, second) = (await PostAsync(client, "/api/v1/runs", new { process = "two-steps" }), await PostAsync(client, "/api/v1/runs", new { process = "two-steps" }));

        Assert.Equal(first.GetProperty("id").GetGuid(), second.GetProperty("id").GetGuid());
        Assert.Equal(1, await host.Database.ReadAsync((db, token) => db.ProcessRuns.CountAsync(token), Token));
    }

    [Fact]
    public async Task A_process_that_a_message_begins_is_started_at_the_start_that_is_named()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var client = await PublishedAsync(host, RunFiles.BeginsWithAMessage);

        using var plain = await client.PostAsJsonAsync("/api/v1/runs", new { process = "begins" }, Token);
        var run = await PostAsync(client, "/api/v1/runs", new { process = "begins", start = "ordered" });

        Assert.Equal(HttpStatusCode.Conflict, plain.StatusCode);
        Assert.Equal("pack", run.GetProperty("work")[0].GetProperty("elementId").GetString());
    }

    internal static async Task<HttpClient> PublishedAsync(TestHost host, string xml)
    {
        var client = await host.SignInAsync("pan", Role.Platform, Role.ProcessAdmin);
        var second = await host.SignInAsync("second", Role.ProcessAdmin);
        var version = await PostAsync(client, "/api/v1/sops", new { xml });
        await PostAsync(second, $"/api/v1/sops/{version.GetProperty("id").GetString()}/publication", new { });
        return client;
    }

    internal static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var reply = await client.PostAsJsonAsync(path, body, Token);
        var text = await reply.Content.ReadAsStringAsync(Token);
        Assert.True(reply.IsSuccessStatusCode, $"{path}: {(int)reply.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
