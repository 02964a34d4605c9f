using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;
using Orchestrator.Templates;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class TextsPreviewTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_preview_for_a_customer_is_the_text_that_the_send_puts_out(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(3);
        await bed.AddGatewayAsync(simulator, live: false);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        var lin = await host.SignInAsync("lin", Role.Owner);

        var preview = await TextsTests.ReadAsync(await lin.PostAsJsonAsync(
            "/api/v1/templates/preview", new { campaignId = bed.CampaignId, phase = "burst", channel = "sms", customer = "K0000002" }, Token));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");

        var sent = await host.Database.ReadAsync((db, token) => db.SandboxMessages.Where(row => row.CustomerNo > 0).ToListAsync(token), Token);
        var same = Assert.Single(sent, row => row.Masked == preview.GetProperty("address").GetString());
        Assert.Equal(same.Text, preview.GetProperty("text").GetString());
        Assert.DoesNotContain(ReachoutBed.Phone(2), preview.ToString(), StringComparison.Ordinal);
        Assert.Equal(("gateway", true, false), (preview.GetProperty("account").GetString(), preview.GetProperty("isConsented").GetBoolean(), preview.GetProperty("isSuppressed").GetBoolean()));
        Assert.Equal(SmsSegments.Count(same.Text).Segments, preview.GetProperty("sms").GetProperty("segments").GetInt32());
    }

    [Fact]
    public async Task A_text_is_previewed_before_there_is_a_campaign_or_an_account()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var lin = await host.SignInAsync("lin", Role.Owner);

        var preview = await TextsTests.ReadAsync(await lin.PostAsJsonAsync(
            "/api/v1/templates/preview", new { text = new { channel = "email", language = "en", title = "From {{start}}", body = "{{sig}} {{rules_url}} {{rate}}{{out}}", html = "<p>{{sig}}</p>" } }, Token));

        Assert.StartsWith("From ", preview.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Contains("Loan APR 7.2%-19.8%", preview.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, preview.GetProperty("account").ValueKind);
    }

    [Fact]
    public async Task Campaigns_fill_every_variable_that_their_texts_may_name()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var renderer = host.Services.GetRequiredService<TemplateRenderer>();
        var text = new MessageText { Channel = "sms", Language = "zh-CN", Body = string.Concat(BriefTemplates.Variables.Where(variable => variable.Required).Select(variable => $"{{{{{variable.Name}}}}}")) };
        var brief = ReachoutBed.Brief(Ten);
        var texts = new MessageTexts(renderer, brief, brief.Phases[0] with { Texts = [text] });

        var rendered = texts.Render(texts.Find(Orchestrator.Channels.ChannelKind.Sms, "zh-CN")!, "8842", new TokenValues { Signature = "【S】", Rate = "" }, "https://x.example/rules");

        Assert.Contains("8842", rendered.Body, StringComparison.Ordinal);
        Assert.Contains("https://x.example/rules", rendered.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_previewed_is_refused_clearly()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var lin = await host.SignInAsync("lin", Role.Owner);

        using var nothing = await lin.PostAsJsonAsync("/api/v1/templates/preview", new { }, Token);
        using var stranger = await lin.PostAsJsonAsync("/api/v1/templates/preview", new { text = new { channel = "sms", language = "en", body = "x" }, customer = "nobody" }, Token);
        using var broken = await lin.PostAsJsonAsync("/api/v1/templates/preview", new { text = new { channel = "sms", language = "en", body = "{{unknown}}" } }, Token);

        Assert.Equal("not-a-text-source", await TextsTests.TypeAsync(nothing, HttpStatusCode.UnprocessableEntity));
        Assert.Equal("not-found", await TextsTests.TypeAsync(stranger, HttpStatusCode.NotFound));
        Assert.Equal("text-fault", await TextsTests.TypeAsync(broken, HttpStatusCode.Conflict));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_test_send_reaches_the_seeds_with_the_customers_values_and_is_on_the_campaigns_chain(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(2);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        var pan = await host.SignInAsync("pan", Role.Platform);
        var path = $"/api/v1/campaigns/{bed.CampaignId}/test-sends";
        using var early = await pan.PostAsJsonAsync(path, new { phase = "burst", channel = "sms" }, Token);
        await AddSandboxAsync(host, simulator);

        var results = await TextsTests.ReadAsync(await pan.PostAsJsonAsync(path, new { phase = "burst", channel = "sms", customer = "K0000002" }, Token));
        using var forbidden = await (await host.SignInAsync("xu", Role.Compliance)).PostAsJsonAsync(path, new { phase = "burst", channel = "sms" }, Token);
        using var unknown = await pan.PostAsJsonAsync(path, new { phase = "burst", channel = "fax" }, Token);

        Assert.Equal("no-account", await TextsTests.TypeAsync(early, HttpStatusCode.Conflict));
        Assert.Equal(["accepted", "accepted"], results.EnumerateArray().Select(one => one.GetProperty("verdict").GetString()));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.StatusCode);
        var kept = await host.Database.ReadAsync((db, token) => db.SandboxMessages.ToListAsync(token), Token);
        Assert.Equal(2, kept.Count);
        Assert.All(kept, row => Assert.StartsWith($"【禾光消费金融】尾号{ReachoutBed.Phone(2)[^4..]}的客户", row.Text, StringComparison.Ordinal));
        Assert.All(kept, row => Assert.Equal(0, row.CustomerNo));
        var events = await host.Database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == AuditChain.ForCampaign(bed.CampaignId) && row.Type == "test-sent").ToListAsync(token), Token);
        Assert.Equal("pan", Assert.Single(events).Actor);
        Assert.Empty(await bed.CountsAsync());
    }

    [Fact]
    public async Task Every_step_and_variant_is_previewed_and_tried_by_itself()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1);
        var brief = ReachoutBed.Brief(Ten);
        MessageText Saying(string words) => brief.Phases[0].Texts[0] with { Body = $"{{{{sig}}}}{words}{{{{rate}}}}{{{{out}}}}" };
        await bed.LaunchAsync(brief with
        {
            Phases =
            [
                brief.Phases[0] with
                {
                    Experiment = new Experiment { Key = "t", Variants = [new Variant { Key = "A", Offer = "8折券" }, new Variant { Key = "B", Offer = "9折券", Texts = [Saying("变体{{offer}}")] }] },
                    Steps = [new PhaseStep { AfterHours = 24, When = "not-clicked", Texts = [Saying("再次提醒")] }],
                },
            ],
        });
        await AddSandboxAsync(host, simulator);
        var pan = await host.SignInAsync("pan", Role.Platform, Role.Owner);

        async Task<string?> PreviewAsync(int step, string? variant) =>
            (await TextsTests.ReadAsync(await pan.PostAsJsonAsync("/api/v1/templates/preview", new { campaignId = bed.CampaignId, phase = "burst", channel = "sms", step, variant }, Token))).GetProperty("text").GetString();
        using var unknown = await pan.PostAsJsonAsync("/api/v1/templates/preview", new { campaignId = bed.CampaignId, phase = "burst", channel = "sms", variant = "C" }, Token);
        using var both = await pan.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/test-sends", new { phase = "burst", channel = "sms", step = 1, variant = "B" }, Token);
        _ = await TextsTests.ReadAsync(await pan.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/test-sends", new { phase = "burst", channel = "sms", variant = "B" }, Token));
        bed.Clock.Advance(TimeSpan.FromSeconds(1));   // Tests have ids by the moment.
        _ = await TextsTests.ReadAsync(await pan.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/test-sends", new { phase = "burst", channel = "sms", step = 1 }, Token));

        Assert.Contains("会员日", await PreviewAsync(0, "A"), StringComparison.Ordinal);
        Assert.Contains("变体9折券", await PreviewAsync(0, "B"), StringComparison.Ordinal);
        Assert.Contains("再次提醒", await PreviewAsync(1, null), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, both.StatusCode);
        var kept = await host.Database.ReadAsync((db, token) => db.SandboxMessages.Select(row => row.Text).ToListAsync(token), Token);
        Assert.Equal((2, 2), (kept.Count(text => text.Contains("变体9折券", StringComparison.Ordinal)), kept.Count(text => text.Contains("再次提醒", StringComparison.Ordinal))));
        var tried = await host.Database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == AuditChain.ForCampaign(bed.CampaignId) && row.Type == "test-sent").OrderBy(row => row.Seq).Select(row => row.Subject).ToListAsync(token), Token);
        Assert.Equal(["burst@B", "burst+1"], tried);
    }

    private static async Task AddSandboxAsync(TestHost host, SimulatorHost simulator)
    {
        using var settings = JsonDocument.Parse(simulator.SettingsFor("http-gateway"));
        var command = new AccountCommand("gateway", "http-gateway", settings.RootElement) { SignatureZh = "【禾光消费金融】", SignatureEn = "Heguang CF:", Seeds = ["+8613900000001", "+8613900000002"] };
        _ = (await host.Services.GetRequiredService<ChannelAccounts>().CreateAsync(command, ReachoutBed.Owner, Token)).Value;
    }
}
