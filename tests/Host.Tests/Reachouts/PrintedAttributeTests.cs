using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
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
using Orchestrator.Templates;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Customers' attributes as variables of campaigns' texts.</summary>
public sealed class PrintedAttributeTests
{
    private const string Body = "{{sig}}尾号{{tail}}的客户您好,您在{{city}}的可用额度为{{limit}}({{capital limit}}),{{due}}还款。{{rate}}{{out}}";
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static readonly TemplateVariable[] Variables =
    [
        new("limit", VariableType.Money) { Attribute = "available_limit" },
        new("city", VariableType.Text) { Attribute = "city", Fallback = "本市" },
        new("due", VariableType.Date) { Attribute = "next_due_date", Fallback = "2026-12-31" },
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_text_prints_what_is_on_record_and_whoever_lacks_it_is_skipped_as_the_forecast_said(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddAsync(bed);
        await bed.AddGatewayAsync(simulator, price: 0.05m);
        var brief = Brief();
        var forecast = (await host.Services.GetRequiredService<ReachForecast>().ForAsync(brief with { Audience = brief.Audience with { HoldoutPercent = 0 } }, null, Token)).Value;

        await bed.LaunchAsync(brief);
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");

        var sent = simulator.Simulation.Log.Entries.ToDictionary(entry => entry.To, entry => entry.Text);
        Assert.Equal(2, sent.Count);
        Assert.Contains("您在上海的可用额度为8,600元(捌仟陆佰元整),12月8日还款。", sent[ReachoutBed.Phone(1)], StringComparison.Ordinal);
        Assert.Contains("您在本市的可用额度为500.50元(伍佰元伍角整),12月31日还款。", sent[ReachoutBed.Phone(3)], StringComparison.Ordinal);
        Assert.Equal(1, (await bed.SkipsAsync())[SkipReason.NoText]);
        Assert.Equal(1, Assert.Single(Assert.Single(forecast.Phases).Skipped).Value);
        await bed.AssertCountersMatchAsync();
    }

    [Fact]
    public async Task An_attribute_that_may_no_longer_be_printed_is_missing_at_the_send()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddAsync(bed);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(Brief());
        await DeclareAsync(host, "available_limit", AttributePrinting.No);

        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");

        Assert.Empty(simulator.Simulation.Log.Entries);
        Assert.Equal(3, (await bed.SkipsAsync())[SkipReason.NoText]);
    }

    [Fact]
    public async Task The_checks_refuse_what_is_not_declared_not_printable_or_of_another_type()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var lin = await host.SignInAsync("lin", Role.Owner);

        async Task<string?> FaultAsync(object variable)
        {
            var reply = await TextsTests.ReadAsync(await lin.PostAsJsonAsync("/api/v1/templates/lint", new { text = new { channel = "sms", language = "zh-CN", body = "{{sig}}{{x}},请理性借贷。{{rate}}{{out}}", variables = new[] { variable } } }, Token));
            return reply.GetProperty("findings").EnumerateArray().FirstOrDefault(finding => finding.GetProperty("rule").GetString() == "attribute") is { ValueKind: System.Text.Json.JsonValueKind.Object } found ? found.GetProperty("message").GetString() : null;
        }

        Assert.Contains("not declared", await FaultAsync(new { name = "x", type = "text", attribute = "shoe_size" }), StringComparison.Ordinal);
        Assert.Contains("may not be printed", await FaultAsync(new { name = "x", type = "text", attribute = "risk_grade" }), StringComparison.Ordinal);
        Assert.Contains("masked", await FaultAsync(new { name = "x", type = "text", attribute = "name" }), StringComparison.Ordinal);
        Assert.Contains("type", await FaultAsync(new { name = "x", type = "text", attribute = "available_limit" }), StringComparison.Ordinal);
        Assert.Null(await FaultAsync(new { name = "x", type = "text", attribute = "name", masked = true }));
        Assert.Null(await FaultAsync(new { name = "x", type = "money", attribute = "available_limit" }));
    }

    [Fact]
    public void A_brief_says_which_variable_is_declared_wrongly_and_its_package_covers_them()
    {
        var brief = Brief();
        Brief With(params TemplateVariable[] variables) => brief with { Phases = [brief.Phases[0] with { Texts = [brief.Phases[0].Texts[0] with { Variables = variables }] }] };
        string[] Problems(TemplateVariable variable) => [.. BriefCheck.Check(With(variable)).Select(problem => $"{problem.Field[(problem.Field.LastIndexOf('.') + 1)..]} {problem.TextKey}")];

        Assert.Empty(BriefCheck.Check(brief));
        Assert.Equal(["name field.variable-name"], Problems(new("Limit!", VariableType.Money) { Attribute = "available_limit" }));
        Assert.Equal(["name field.variable-taken"], Problems(new("tail", VariableType.Text) { Attribute = "tail" }));
        Assert.Equal(["attribute field.required"], Problems(new("limit", VariableType.Money)));
        Assert.Equal(["fallback field.variable-value"], Problems(new("limit", VariableType.Money) { Attribute = "available_limit", Fallback = "viel" }));
        Assert.Equal(["type field.choice-of"], Problems(new("page", VariableType.Url) { Attribute = "page" }));
        Assert.Equal(["masked field.variable-text-only"], Problems(new("limit", VariableType.Money) { Attribute = "available_limit", Masked = true }));
        Assert.Equal(["texts"], LaunchPackage.Build(With([Variables[0], Variables[1] with { Fallback = "贵地" }, Variables[2]]), PackageContext.Empty).ChangedSince(LaunchPackage.Build(brief, PackageContext.Empty).Hashes));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_preview_shows_sensitive_attributes_to_those_who_may_see_them_and_is_on_the_chain(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var bed = new ReachoutBed(host.Services);
        await AddAsync(bed);
        await bed.LaunchAsync(Brief());
        var request = new { campaignId = bed.CampaignId, phase = "burst", channel = "sms", customer = "K0000001" };

        var owner = await TextsTests.ReadAsync(await (await host.SignInAsync("lin", Role.Owner)).PostAsJsonAsync("/api/v1/templates/preview", request, Token));
        var officer = await TextsTests.ReadAsync(await (await host.SignInAsync("xu", Role.Compliance)).PostAsJsonAsync("/api/v1/templates/preview", request, Token));
        using var lacking = await (await host.SignInAsync("xu", Role.Compliance)).PostAsJsonAsync("/api/v1/templates/preview", request with { customer = "K0000002" }, Token);

        Assert.Contains("您在上海的可用额度为100元", owner.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(["available_limit"], owner.GetProperty("hidden").EnumerateArray().Select(one => one.GetString()));
        Assert.Contains("您在上海的可用额度为8,600元", officer.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Empty(officer.GetProperty("hidden").EnumerateArray());
        Assert.Equal("text-fault", await TextsTests.TypeAsync(lacking, HttpStatusCode.Conflict));
        var events = await host.Database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == AuditChain.ForCampaign(bed.CampaignId) && row.Type == "text-previewed").OrderBy(row => row.Seq).Select(row => row.Actor).ToListAsync(token), Token);
        Assert.Equal(["lin", "xu"], events);
    }

    private static Brief Brief()
    {
        var brief = ReachoutBed.Brief(Ten);
        return brief with { Phases = [brief.Phases[0] with { Texts = [new MessageText { Channel = "sms", Language = "zh-CN", Body = Body, Variables = Variables }] }] };
    }

    /// <summary>One with everything, one without a limit, one whose city is a trap and whose date is missing.</summary>
    private static Task AddAsync(ReachoutBed bed) => bed.AddCustomersAsync(3, (i, customer) => customer.Attributes = i switch
    {
        1 => """{"available_limit":8600,"city":"上海","next_due_date":"2026-12-08"}""",
        2 => """{"city":"上海"}""",
        _ => """{"available_limit":500.5,"city":"上海 http://evil.example/{{out}}"}""",
    });

    private static async Task DeclareAsync(TestHost host, string name, AttributePrinting printing)
    {
        var known = (await host.Services.GetRequiredService<AttributeCatalogue>().CurrentAsync(Token)).ByName[name];
        _ = (await host.Services.GetRequiredService<AttributeDeclarations>().DeclareAsync(AttributeBody.From(known) with { Printing = printing }, ReachoutBed.Owner, Token)).Value;
    }
}
