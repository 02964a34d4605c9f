using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Quiet hours and provider policy as the company publishes them, held against real messages.</summary>
public sealed class HouseRuleTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);   // ten in Shanghai, eight on Sunday evening in Chicago
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_rule_for_Texas_puts_off_whom_it_is_for_and_nobody_else_and_one_from_tomorrow_nobody(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, Monday.AddHours(-1));
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        string?[] jurisdictions = [null, "CN", "US-TX", "US-CA", "US"];
        await bed.AddCustomersAsync(5, (i, customer) =>
        {
            customer.Attributes = JsonSerializer.Serialize(new { jurisdiction = jurisdictions[i - 1] });
            customer.TimeZone = i is 3 or 4 ? "America/Chicago" : null;
        });
        await bed.AddGatewayAsync(simulator);
        var hours = new { windows = new[] { new { purpose = "marketing", from = "09:00", until = "19:00" } } };
        await PublishAsync(host, "quiet-hours", "US-TX", "2026-11-01", hours);
        await PublishAsync(host, "quiet-hours", "US-CA", "2026-11-23", hours);   // still the 22nd there
        var brief = ReachoutBed.Brief(Monday, latestMinutes: 24 * 60) with { Audience = new AudienceRule { Rule = "true", HoldoutPercent = 0 } };

        var forecast = Assert.Single((await host.Services.GetRequiredService<ReachForecast>().ForAsync(brief, null, Token)).Value.Phases);
        Assert.Equal((5L, 2L), (forecast.Reached, forecast.Deferred));
        await bed.LaunchAsync(brief);
        host.Clock.AdvanceTo(Monday);
        await Eventually.HoldsAsync(async () => await bed.CountsAsync() is var counts && counts.GetValueOrDefault(MessageState.Accepted) == 3 && counts.GetValueOrDefault(MessageState.Deferred) == 2, "all got it but the Texan and the American of whom nobody knows where");

        Assert.DoesNotContain(simulator.Simulation.Log.Entries, entry => entry.To == ReachoutBed.Phone(3));
        var waiting = (await bed.MessagesAsync()).Where(row => row.State == MessageState.Deferred).Select(row => (row.Reason, DateTimeOffset.FromUnixTimeMilliseconds(row.DueAt)));
        Assert.Equal([(SkipReason.QuietHours, Monday.AddHours(13)), (SkipReason.QuietHours, Monday.AddHours(16))], waiting);   // nine on Monday in Chicago, eight in Honolulu
        var now = Assert.Single((await host.Services.GetRequiredService<WhyNot>().AskAsync(bed.CampaignId, "K0000003", Token)).Value);
        Assert.Equal(("defer", SkipReason.QuietHours), (now.Now, now.NowReason));
        host.Clock.AdvanceTo(Monday.AddHours(13));
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Entries.Any(entry => entry.To == ReachoutBed.Phone(3))), "the Texan gets it in the morning");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_rule_takes_a_second_person_and_rests_on_the_companys_holidays(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, Monday);
        using var chen = await host.SignInAsync("chen", Role.Compliance);
        using var risk = await host.SignInAsync("zhou", Role.Risk);
        using var wang = await host.SignInAsync("wang", Role.ConsumerProtection);
        var holidays = new { silentHolidays = new[] { "marketing" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await ProposeAsync(risk, "quiet-hours", "CN", "2026-01-01", holidays)).Status);
        var (status, wide) = await ProposeAsync(chen, "quiet-hours", "CN", "2026-01-01", new { windows = new[] { new { purpose = "marketing", from = "07:00", until = "23:00" } } });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "value.windows[0].from"), (status, wide.GetProperty("errors")[0].GetProperty("field").GetString()));
        var (_, made) = await ProposeAsync(chen, "quiet-hours", "CN", "2026-01-01", holidays);
        var path = $"/api/v1/dated-rules/quiet-hours/{made.GetProperty("id").GetString()}/publication";
        async Task<DateTimeOffset?> OpensAsync() => (await host.Database.ReadAsync(host.Services.GetRequiredService<QuietHourKind>().HoursAsync, Token)).OpensAfter(Purpose.Marketing, null, Shanghai, new DateTimeOffset(2026, 10, 1, 2, 0, 0, TimeSpan.Zero));

        using var byRisk = await risk.PostAsync(path, null, Token);
        using var bySame = await chen.PostAsync(path, null, Token);
        Assert.Null(await OpensAsync());
        using var byOther = await wang.PostAsync(path, null, Token);

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK], new[] { byRisk, bySame, byOther }.Select(reply => reply.StatusCode));
        Assert.Equal(new DateTimeOffset(2026, 10, 8, 1, 0, 0, TimeSpan.Zero), await OpensAsync());   // National Day, with the hours in the box
        var listed = (await chen.GetFromJsonAsync<JsonElement>("/api/v1/dated-rules/quiet-hours", Token)).EnumerateArray().Select(rule => $"{rule.GetProperty("name")} {rule.GetProperty("proposedBy")}");
        Assert.Equal(["CN chen", "CN system", "US system"], listed);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_a_provider_forbids_is_skipped_until_the_rule_is_withdrawn(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, Monday.AddHours(-1));
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(3);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Monday);
        var ban = new { provider = "http-gateway", purpose = "marketing", productCategory = "loan", addressPrefix = "+86", reasonEn = "The carrier takes no loans.", reasonZh = "运营商不受理贷款类短信。" };
        await PublishAsync(host, "provider-policy", "carrier-loans", "2026-11-24", ban);
        Assert.Equal((3L, 0L), await ForecastAsync(host, brief));   // not before tomorrow
        await PublishAsync(host, "provider-policy", "carrier-loans", "2026-11-23", ban);
        Assert.Equal((0L, 3L), await ForecastAsync(host, brief));
        Assert.Equal(["运营商不受理贷款类短信。 / The carrier takes no loans."], await FactsAsync(host, brief));

        await bed.LaunchAsync(brief);
        host.Clock.AdvanceTo(Monday);
        await Eventually.HoldsAsync(async () => (await bed.SkipsAsync()).GetValueOrDefault(SkipReason.ProviderPolicy) == 3, "all are skipped by the rule's name");
        Assert.Empty(simulator.Simulation.Log.Entries);
        var line = Assert.Single((await host.Services.GetRequiredService<WhyNot>().AskAsync(bed.CampaignId, "K0000001", Token)).Value);
        Assert.Contains(line.Checks, check => check is { Check: "channel", Reason: SkipReason.ProviderPolicy, Detail: "carrier-loans" });

        var (jobs, controls) = (host.Services.GetRequiredService<SendJobs>(), host.Services.GetRequiredService<ControlWatch>());
        var job = (await jobs.FindAsync((await bed.MessagesAsync())[0].OccurrenceId, Token))!;
        await PublishAsync(host, "provider-policy", "carrier-loans", "2026-11-23", new { withdrawn = true });
        await controls.RefreshAsync(Token);
        Assert.True(controls.IsStale(job.Epoch));   // who sends reads the rules anew
        await PublishAsync(host, "provider-policy", "carrier-loans", "2026-11-24", new { withdrawn = true });
        Assert.Equal((3L, 0L), await ForecastAsync(host, brief));
        Assert.Empty(await FactsAsync(host, brief));
        await bed.LaunchAsync(brief);
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == 3), "another campaign passes");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_rule_in_the_box_is_replaced_by_one_of_its_code(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, Monday);
        async Task<string?> ForbidsAsync(string day) =>
            (await host.Database.ReadAsync(host.Services.GetRequiredService<ProviderPolicyKind>().PolicyAsync, Token)).Check("aliyun-sms", Purpose.Servicing, "loan", null, DateOnly.Parse(day, null))?.Code;
        Assert.Equal("aliyun-finance", await ForbidsAsync("2026-11-23"));

        await PublishAsync(host, "provider-policy", "aliyun-finance", "2026-12-01", new { provider = "aliyun-sms", purpose = "marketing", productCategory = "loan", reasonEn = "x", reasonZh = "x" });
        await PublishAsync(host, "provider-policy", "aliyun-finance", "0001-01-01", new { withdrawn = true });
        await PublishAsync(host, "provider-policy", "aliyun-all", "0001-01-01", new { provider = "aliyun-sms", reasonEn = "x", reasonZh = "x" });
        await PublishAsync(host, "provider-policy", "aliyun-all", "0001-01-01", new { withdrawn = true });

        Assert.Equal(("aliyun-finance", null), (await ForbidsAsync("2026-11-30"), await ForbidsAsync("2026-12-01")));
    }

    [Theory]
    [InlineData("carrier-loans", """{"provider":"carrier","reasonEn":"x","reasonZh":"x"}""", "value.provider")]
    [InlineData("carrier-loans", """{"reasonEn":"x","reasonZh":"x"}""", "value.provider")]
    [InlineData("Carrier loans", """{"withdrawn":true}""", "name")]
    [InlineData("carrier-loans", """{"withdrawn":true,"provider":"twilio"}""", "value.withdrawn")]
    [InlineData("carrier-loans", """{"provider":"twilio","reasonEn":"x"}""", "value.reasonZh")]
    [InlineData("carrier-loans", """{"provider":"twilio","reasonEn":"x","reasonZh":"x","productCategory":"tulips"}""", "value.productCategory")]
    [InlineData("carrier-loans", """{"provider":"twilio","reasonEn":"x","reasonZh":"x","addressPrefix":""}""", "value.addressPrefix")]
    [InlineData("carrier-loans", """{"provider":"twilio","reasonEn":"x","reasonZh":"x","purpose":"collection"}""", "value.purpose")]
    [InlineData("carrier-loans", """{"provider":"twilio","reasonEn":"x","reasonZh":"x","from":"2026-01-01"}""", "value.from")]
    [InlineData("carrier-loans", """{"provider":"twilio","reasonEn":"x","reasonZh":"x"}""", null)]
    public void What_is_wrong_with_a_rule_is_named(string name, string value, string? field)
    {
        using var json = JsonDocument.Parse(value);

        Assert.Equal(field is null ? [] : [field], new ProviderPolicyKind().Check(name, json.RootElement).Select(problem => problem.Field));
    }

    private static async Task<(long Reached, long Forbidden)> ForecastAsync(TestHost host, Brief brief)
    {
        var phase = Assert.Single((await host.Services.GetRequiredService<ReachForecast>().ForAsync(brief, null, Token)).Value.Phases);
        return (phase.Reached, phase.Skipped.GetValueOrDefault("provider-policy"));
    }

    private static async Task<IReadOnlyList<string>> FactsAsync(TestHost host, Brief brief)
    {
        var facts = new Dictionary<string, object?>();
        await host.Database.ReadAsync(
            async (db, token) =>
            {
                await host.Services.GetServices<IFactSource>().OfType<ReachoutFacts>().Single().AddAsync(db, brief, facts, token);
                return 0;
            },
            Token);
        return Assert.IsType<List<string>>(facts[CampaignFacts.ProviderForbids]);
    }

    private static async Task PublishAsync(TestHost host, string kind, string name, string from, object value)
    {
        using var first = await host.SignInAsync("chen", Role.Compliance);
        using var second = await host.SignInAsync("xu", Role.Compliance);
        var (status, made) = await ProposeAsync(first, kind, name, from, value);
        Assert.True(status == HttpStatusCode.Created, made.GetRawText());
        host.Clock.Advance(TimeSpan.FromSeconds(1));   // of one day, the last published holds
        (await second.PostAsync($"/api/v1/dated-rules/{kind}/{made.GetProperty("id").GetString()}/publication", null, Token)).EnsureSuccessStatusCode();
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> ProposeAsync(HttpClient client, string kind, string name, string from, object value)
    {
        using var reply = await client.PostAsJsonAsync($"/api/v1/dated-rules/{kind}", new { name, from, source = "house rule 12", value }, Token);
        return (reply.StatusCode, await reply.Content.ReadFromJsonAsync<JsonElement>(Token));
    }
}
