using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;
using Orchestrator.Templates;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Providers that send registered templates only are given the code and values that the brief says, never the text.</summary>
public sealed class RegisteredTemplateTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai
    private const string Code = "TPL_20261124";

    private static readonly RegisteredTemplate Template = new(Code) { Parameters = [new("tail", "{{tail}}"), new("date", "{{start}}起"), new("kind", "会员日")] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("aliyun-sms", DatabaseDialect.Sqlite)]
    [InlineData("aliyun-sms", DatabaseDialect.PostgreSql)]
    [InlineData("tencent-sms", DatabaseDialect.Sqlite)]
    [InlineData("twilio", DatabaseDialect.Sqlite)]
    [InlineData("wechat-template", DatabaseDialect.Sqlite)]
    [InlineData("wechat-subscribe", DatabaseDialect.Sqlite)]
    public async Task The_provider_gets_the_briefs_code_and_each_customers_values_and_its_report_is_applied(string provider, DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await BedAsync(host, simulator, provider);

        await bed.LaunchAsync(Brief(provider, Template));
        host.Clock.AdvanceTo(Ten);

        // Twilio signs its reports over the public address, which a test does not have.
        var expected = provider == "twilio" ? MessageState.Accepted : MessageState.Delivered;
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(expected) == 3, $"all are {expected}");
        var entries = simulator.Simulation.Log.Entries.OrderBy(entry => entry.To, StringComparer.Ordinal).ToList();
        Assert.Equal(3, entries.Count);
        Assert.All(entries, entry => Assert.Equal(Code, entry.Template));
        for (var i = 0; i < entries.Count; i++)
            Assert.Equal([ReachoutBed.Phone(i + 1)[^4..], "11月24日起", "会员日"], Values(entries[i].Text));
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_text_without_a_code_is_skipped_and_leaves_the_account_open_to_others(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await BedAsync(host, simulator, "aliyun-sms");
        // One language has a code, the other has none.
        var brief = Brief("aliyun-sms", Template);
        var phase = brief.Phases[0];
        await host.Database.WriteAsync(async (tx, _) => { (await tx.Db.Customers.FindAsync([2L], Token))!.Language = "en"; await tx.Db.SaveChangesAsync(Token); }, Token);

        await bed.LaunchAsync(brief with { Phases = [phase with { Texts = [.. phase.Texts, new MessageText { Channel = "sms", Language = "en", Body = "{{sig}} Hello {{tail}}." }] }] });
        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.NoText] = 1 }, await bed.SkipsAsync());
        Assert.Equal(2, simulator.Simulation.Log.Summary().Accepted);
        Assert.Null((await host.Services.GetRequiredService<ChannelAccounts>().ListAsync(Token)).Single().ClosedUntil);
    }

    [Fact]
    public async Task A_value_that_comes_to_nothing_is_not_sent()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var compiled = host.Services.GetRequiredService<TemplateRenderer>().Compile(
            BriefTemplates.Of(Brief("aliyun-sms", null).Phases[0], new MessageText { Channel = "sms", Language = "zh-CN", Body = "您好", Template = new RegisteredTemplate("T") { Parameters = [new("name", "{{name}}")] } }));

        var fault = Assert.Throws<TemplateException>(() => compiled.Render(new Dictionary<string, object?> { ["sig"] = "【S】", ["name"] = null }));

        Assert.Contains("'name'", fault.Message, StringComparison.Ordinal);
        Assert.Equal("王女士", Assert.Single(compiled.Render(new Dictionary<string, object?> { ["sig"] = "【S】", ["name"] = "王女士" }).Parameters).Value);
    }

    private static async Task<ReachoutBed> BedAsync(TestHost host, SimulatorHost simulator, string provider)
    {
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(3, (i, customer) =>
        {
            customer.OaOpenid = addresses.Seal(customer.ExternalId, ChannelKind.OfficialAccount, $"oFollower{i:D4}");
            customer.OaOpenidHash = addresses.Hash(ChannelKind.OfficialAccount, $"oFollower{i:D4}");
            customer.ConsentBits = new ConsentSet(0).With(ChannelKind.OfficialAccount, Purpose.Servicing, true).With(ChannelKind.Sms, Purpose.Servicing, true).Bits;
        });
        await bed.AddAccountAsync(simulator, provider, host.Address);
        return bed;
    }

    /// <summary>A notice about no loan: these providers carry neither marketing nor loans.</summary>
    private static Brief Brief(string provider, RegisteredTemplate? template)
    {
        var channel = provider.StartsWith("wechat-", StringComparison.Ordinal) ? "oa" : "sms";
        var brief = ReachoutBed.Brief(Ten);
        return brief with
        {
            Product = new ProductTerms { Code = "P2", Name = "Payment", Category = "payment" },
            Phases = [brief.Phases[0] with { Purpose = "servicing", Channels = [channel], Texts = [new MessageText { Channel = channel, Language = "zh-CN", Body = "尾号{{tail}}的客户您好,会员日{{start}}起。", Template = template }] }],
        };
    }

    /// <summary>The values as each provider writes them: a list, an object of texts, or one of objects with a value.</summary>
    private static List<string?> Values(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return parsed.RootElement.ValueKind == JsonValueKind.Array
            ? [.. parsed.RootElement.EnumerateArray().Select(value => value.GetString())]
            : [.. parsed.RootElement.EnumerateObject().Select(member => member.Value.ValueKind == JsonValueKind.Object ? member.Value.GetProperty("value").GetString() : member.Value.GetString())];
    }
}
