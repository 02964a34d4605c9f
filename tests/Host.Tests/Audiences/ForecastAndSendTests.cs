using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Audiences;

public sealed class ForecastAndSendTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_draft_on_a_channel_that_nothing_is_planned_on_is_forecast_by_its_other_channels(DatabaseDialect dialect)
    {
        // Marketing in template messages may be drafted; submission refuses it, with its reason.
        await using var story = await Story.BeginAsync(dialect, brief => brief with
        {
            Audience = brief.Audience with { Rule = "true", Exclusion = null, Ceiling = null },
            Phases =
            [
                OnTemplates(brief.Phases[0], "oa-template", "sms"),
                OnTemplates(brief.Phases[1], "oa-template") with { Steps = [new PhaseStep { AfterHours = 1, When = StepWhen.NotDelivered, Channels = ["oa-template"] }], PerDay = null },
            ],
        });
        await new ReachoutBed(story.Host.Services).AddCustomersAsync(10);

        using var reply = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/forecast");

        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Token));
        var phases = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("phases");
        Assert.Equal("""{"no-account":9}""", phases[0].GetProperty("skipped").GetRawText());
        Assert.Equal("""{"no-consented-channel":9}""", phases[1].GetProperty("skipped").GetRawText());
        var console = await story.AsAsync("lin");
        foreach (var tab in new[] { "overview", "brief", "package", "forecast" })
            Assert.Equal(System.Net.HttpStatusCode.OK, (await console.GetAsync($"/campaigns/{story.Id}?tab={tab}", Token)).StatusCode);
        var preview = await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/submission");
        Assert.Contains(preview.GetProperty("refusals").EnumerateArray(), refusal => refusal.GetRawText().Contains("oa", StringComparison.OrdinalIgnoreCase));
    }

    private static Phase OnTemplates(Phase phase, params string[] channels) =>
        phase with { Channels = channels, Texts = [.. channels.Select(channel => phase.Texts.First(text => text.Channel == "sms") with { Channel = channel })] };

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_final_skip_table_equals_the_forecast_when_nothing_changed(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var story = await Story.BeginAsync(dialect, OnlySms);
        var bed = new ReachoutBed(story.Host.Services);
        await bed.AddGatewayAsync(simulator, live: false);
        var addresses = story.Host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(90, (i, customer) => Shape(i, customer, addresses));
        await SuppressAsync(story.Host);
        await story.ReachLaunchCheckAsync();

        using var reply = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/forecast");
        var forecast = await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
        await story.CompleteAsync("launch-check", "launch");
        var brief = OnlySms(Story.Brief(story.Host));
        await story.UntilStageAsync("monitoring", brief.InstantOf(brief.Phases[0].Date, brief.Phases[0].Time));
        var rows = (await story.UntilSentAsync()).Where(row => row.GetProperty("phase").GetString() == brief.Phases[0].Key).ToList();

        var phase = forecast.GetProperty("phases")[0];
        var expected = phase.GetProperty("skipped").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetInt64());
        var skipped = rows.Where(row => row.GetProperty("state").GetString() == "skipped")
            .GroupBy(row => JsonNamingPolicy.KebabCaseLower.ConvertName(row.GetProperty("reason").GetString()!)).ToDictionary(group => group.Key, group => group.Sum(row => row.GetProperty("count").GetInt64()));
        Assert.Equal(expected.OrderBy(pair => pair.Key), skipped.OrderBy(pair => pair.Key));
        Assert.Equal(["duplicate-address", "no-consented-channel", "suppressed"], expected.Keys.Order());
        Assert.Equal(phase.GetProperty("channels").GetProperty("sms").GetInt64(), rows.Where(row => row.GetProperty("state").GetString() is "accepted" or "delivered").Sum(row => row.GetProperty("count").GetInt64()));
    }

    private static void Shape(int i, Customer customer, CustomerAddresses addresses)
    {
        customer.Attributes = """
            {"age":35,"student":false,"credit_status":"active","available_limit":20000,"overdue_days":0,"max_overdue_days_12m":0,"days_since_last_loan":90,
             "risk_grade":"B","lender_count":1,"open_complaint":false,"profiling_consent":true,"converted":false}
            """;
        if (i % 7 == 0)
            customer.ConsentBits = 0;
        if (i % 3 == 1)
        {
            // Odd ones share a phone with the customer before.
            customer.Phone = addresses.Seal(customer.ExternalId, ChannelKind.Sms, ReachoutBed.Phone(i - (i % 2)));
            customer.PhoneHash = addresses.Hash(ChannelKind.Sms, ReachoutBed.Phone(i - (i % 2)));
        }
    }

    private static Task SuppressAsync(TestHost host) =>
        host.Database.WriteAsync(
            async (tx, token) =>
            {
                foreach (var number in await tx.Db.Customers.Where(row => row.CustomerNo % 5 == 0).Select(row => row.CustomerNo).ToListAsync(token))
                    tx.Db.Add(new Suppression { Id = Guid.CreateVersion7(host.Clock.GetUtcNow()), CustomerNo = number, Reason = "request", AddedBy = "test", AddedAt = host.Clock.GetUtcNow() });
            },
            Token);

    private static Brief OnlySms(Brief brief) => brief with
    {
        Phases = [.. brief.Phases.Select(phase => phase with { Channels = ["sms"], Texts = [.. phase.Texts.Where(text => text.Channel == "sms")] })],
    };
}
