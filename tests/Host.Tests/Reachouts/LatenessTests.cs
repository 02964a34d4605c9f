using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class LatenessTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_reach_out_found_too_late_asks_and_goes_out_when_its_owner_says_so(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await LateAsync(host, simulator);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        using var stranger = await host.SignInAsync("mei", Role.Owner);
        var question = Assert.Single(await QuestionsAsync(owner, bed.CampaignId));
        Assert.Equal(["send-now", "skip"], question.Choices);
        Assert.Equal(0, simulator.Simulation.Log.Summary().Accepted);

        Assert.Equal(HttpStatusCode.Forbidden, (await AnswerAsync(stranger, bed, question, "send-now")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await AnswerAsync(owner, bed, question, "perhaps")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(owner, bed, question, "send-now")).StatusCode);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "it is sent after all");
        Assert.Equal(50, simulator.Simulation.Log.Summary().Accepted);
        Assert.Equal(HttpStatusCode.Conflict, (await AnswerAsync(owner, bed, question, "skip")).StatusCode);
        Assert.Empty(await QuestionsAsync(owner, bed.CampaignId));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_reach_out_found_too_late_can_be_skipped(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await LateAsync(host, simulator);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        var question = Assert.Single(await QuestionsAsync(owner, bed.CampaignId));

        (await AnswerAsync(owner, bed, question, "skip")).EnsureSuccessStatusCode();

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Stopped, "it is skipped");
        Assert.Empty(await bed.CountsAsync());
        Assert.Equal(0, simulator.Simulation.Log.Summary().Accepted);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_start_missed_by_less_than_its_limit_goes_out_by_itself(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await LateAsync(host, simulator, minutes: 25);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "it is sent");
        Assert.Equal(50, simulator.Simulation.Log.Summary().Accepted);
    }

    /// <summary>The program sleeps through the start: its clock jumps; a start may be missed by half an hour.</summary>
    private static async Task<ReachoutBed> LateAsync(TestHost host, SimulatorHost simulator, int minutes = 300)
    {
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(50);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { LateMinutes = 30 }] });
        host.Clock.AdvanceTo(Ten.AddMinutes(minutes));
        await Eventually.HoldsAsync(
            () => host.Database.ReadAsync((db, token) => db.ScheduledWork.AnyAsync(row => row.Kind == PlanOccurrence.WorkKind && row.State != WorkState.Due && row.State != WorkState.Leased, token), Token), "the start was looked at");
        return bed;
    }

    private static async Task<List<QuestionView>> QuestionsAsync(HttpClient client, Guid campaign) =>
        (await client.GetFromJsonAsync<List<QuestionView>>($"/api/v1/campaigns/{campaign}/questions", Orchestrator.Host.Web.JsonDefaults.Options, Token))!;

    private static Task<HttpResponseMessage> AnswerAsync(HttpClient client, ReachoutBed bed, QuestionView question, string answer) =>
        client.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/questions/{question.Id}/answer", new QuestionAnswer(answer, "the server room was without power"), Orchestrator.Host.Web.JsonDefaults.Options, Token);
}
