using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Sops.Runs;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Tests.Sops;

public sealed class EarlyMessageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_message_that_comes_before_its_receiver_waits_for_the_right_one(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var client = await RunTests.PublishedAsync(host, RunFiles.WaitsForPayment);
        var runs = host.Services.GetRequiredService<ProcessRuns>();
        var (seven, eight) = (await StartAsync(runs, "7"), await StartAsync(runs, "8"));

        await SendAsync(client, "8");
        await EarlyAsync(host, 1);
        await WorkAsync(runs, seven);
        await WorkAsync(runs, eight);

        await Eventually.HoldsAsync(async () => (await runs.FindAsync(eight, Token))!.Status == InstanceStatus.Completed, "the early message reached order 8");
        Assert.Equal(InstanceStatus.Active, (await runs.FindAsync(seven, Token))!.Status);
        await EarlyAsync(host, 0);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_message_outlives_no_longer_than_its_sender_wants(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var client = await RunTests.PublishedAsync(host, RunFiles.WaitsForPayment);
        var runs = host.Services.GetRequiredService<ProcessRuns>();
        var run = await StartAsync(runs, "7");
        await SendAsync(client, "7", 60);
        await EarlyAsync(host, 1);

        host.Clock.Advance(TimeSpan.FromSeconds(61));
        await WorkAsync(runs, run);

        Assert.Equal("paid", ProcessInstance.FromJson((await runs.FindAsync(run, Token))!.State).Subscriptions.Single().ElementId);
        // The next message clears what is over, and is itself delivered.
        await SendAsync(client, "7");
        await Eventually.HoldsAsync(async () => (await runs.FindAsync(run, Token))!.Status == InstanceStatus.Completed, "the second message was delivered");
        await SendAsync(client, "9");
        await EarlyAsync(host, 1);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task One_early_message_serves_one_of_two_receivers(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var client = await RunTests.PublishedAsync(host, RunFiles.WaitsForPayment);
        var runs = host.Services.GetRequiredService<ProcessRuns>();
        var both = new[] { await StartAsync(runs, "7"), await StartAsync(runs, "7") };
        await SendAsync(client, "7");
        await EarlyAsync(host, 1);

        await Task.WhenAll(both.Select(run => WorkAsync(runs, run)));

        await Eventually.HoldsAsync(async () => await CountAsync(runs, both) == 1, "one of them has it");
        await SendAsync(client, "7");
        await Eventually.HoldsAsync(async () => await CountAsync(runs, both) == 2, "the other has the next");
    }

    [Fact]
    public async Task A_message_needs_a_name_and_a_sensible_life()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var client = await RunTests.PublishedAsync(host, RunFiles.WaitsForPayment);
        var reader = await host.SignInAsync("reader", Orchestrator.Host.Identity.Role.Auditor);

        using var nameless = await client.PostAsJsonAsync("/api/v1/messages", new { name = "" }, Token);
        using var eternal = await client.PostAsJsonAsync("/api/v1/messages", new { name = "payment", timeToLiveSeconds = 999_999_999 }, Token);
        using var stranger = await reader.PostAsJsonAsync("/api/v1/messages", new { name = "payment" }, Token);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Forbidden), (nameless.StatusCode, eternal.StatusCode, stranger.StatusCode));
    }

    private static async Task<Guid> StartAsync(ProcessRuns runs, string order) =>
        Guid.Parse((await runs.StartAsync("awaits-payment", Variables.Of(("order", order)), Token)).Value.State.Id);

    private static async Task WorkAsync(ProcessRuns runs, Guid run)
    {
        var state = ProcessInstance.FromJson((await runs.FindAsync(run, Token))!.State);
        Assert.True((await runs.StepAsync(run, new Command.CompleteWork(state.Work.Single().WorkId, Variables.None), null, Token)).Value.Applied);
    }

    private static async Task SendAsync(HttpClient client, string correlation, int? timeToLiveSeconds = null)
    {
        using var reply = await client.PostAsJsonAsync("/api/v1/messages", new { name = "payment", correlation, timeToLiveSeconds }, Token);
        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
    }

    private static async Task<int> CountAsync(ProcessRuns runs, Guid[] ids)
    {
        var states = await Task.WhenAll(ids.Select(id => runs.FindAsync(id, Token)));
        return states.Count(row => row!.Status == InstanceStatus.Completed);
    }

    private static Task EarlyAsync(TestHost host, int count) => Eventually.HoldsAsync(
        async () => await host.Database.ReadAsync((db, token) => db.EarlyMessages.CountAsync(token), Token) == count
            && !await host.Database.ReadAsync((db, token) => db.ScheduledWork.AnyAsync(row => row.Kind == "publish-message" && (row.State == Orchestrator.Host.Scheduling.WorkState.Due || row.State == Orchestrator.Host.Scheduling.WorkState.Leased), token), Token),
        $"{count} early messages wait");
}
