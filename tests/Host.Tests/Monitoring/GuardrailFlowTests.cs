using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Monitoring;

/// <summary>Through the real SOP and over HTTP: what was forecast is what is skipped, and complaints trip a guardrail that people clear.</summary>
public sealed class GuardrailFlowTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_skip_table_equals_the_forecast_and_complaints_pause_the_campaign(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var story = await Story.BeginAsync(dialect, Shape);
        var brief = Shape(Story.Brief(story.Host));
        var bed = new ReachoutBed(story.Host.Services);
        await bed.AddGatewayAsync(simulator, live: false);
        await bed.AddCustomersAsync(80, Match);
        var forecast = (await story.Host.Services.GetRequiredService<ReachForecast>().ForAsync(brief, story.Id, Token)).Value;
        await story.ReachLaunchCheckAsync();
        await story.CompleteAsync("launch-check", "launch");
        await story.UntilStageAsync("monitoring", brief.InstantOf(brief.Phases[0].Date, brief.Phases[0].Time));
        await Eventually.HoldsAsync(async () => (await bed.Ledger.ReachoutsAsync(story.Id, Token)).Any(row => row.Phase == brief.Phases[0].Key && row.State == ReachoutState.Completed), "the first phase is sent");

        var counts = (await bed.Ledger.CountsAsync(story.Id, Token)).Where(row => row.Phase == brief.Phases[0].Key).ToList();
        Assert.Equal(forecast.Treated, counts.Sum(row => row.Count));
        Assert.Equal(forecast.Phases[0].Channels["sms"], counts.Where(row => row.State == MessageState.Delivered).Sum(row => row.Count));
        Assert.Equal(
            forecast.Phases[0].Skipped.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            counts.Where(row => row.State == MessageState.Skipped).ToDictionary(row => JsonNamingPolicy.KebabCaseLower.ConvertName(row.Reason.ToString()), row => row.Count).OrderBy(pair => pair.Key, StringComparer.Ordinal));

        using (var reply = await story.PostAsync("pan", "/api/v1/events/batch", new { events = Enumerable.Range(21, 3).Select(i => new { id = $"complaint-{i}", kind = "complaint", campaignId = story.Id, customer = $"K{i:D7}" }) }))
            reply.EnsureSuccessStatusCode();
        await story.UntilStatusAsync("paused");
        Assert.Contains("handle-breach", await story.OpenTasksAsync());
        var trips = await story.GetAsync("zhou", $"/api/v1/campaigns/{story.Id}/guardrail-trips");
        Assert.Equal("complaint-rate", trips.EnumerateArray().Single().GetProperty("key").GetString());

        await story.CompleteAsync("handle-breach", "resume", reason: "complaints were about another product");
        await story.CompleteAsync("handle-breach", "resume", by: "xu", reason: "the texts are right");
        await story.UntilStatusAsync("running");
        var view = await story.GetAsync("zhou", $"/api/v1/campaigns/{story.Id}/monitoring");
        Assert.Equal(3, view.GetProperty("figures").GetProperty("complaints").GetInt32());
    }

    private static Brief Shape(Brief brief) => brief with
    {
        Phases = [.. brief.Phases.Select(phase => phase with { Channels = ["sms"], Texts = [.. phase.Texts.Where(text => text.Channel == "sms")] })],
    };

    private static void Match(int index, Customer customer)
    {
        if (index <= 12)
            customer.ConsentBits = 0;
        customer.Attributes = """
            {"age":35,"student":false,"credit_status":"active","available_limit":20000,"overdue_days":0,"max_overdue_days_12m":0,"days_since_last_loan":90,
             "risk_grade":"B","lender_count":1,"open_complaint":false,"profiling_consent":true,"converted":false}
            """;
    }
}
