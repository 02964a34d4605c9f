using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;
using CampaignEventKind = Orchestrator.Host.Monitoring.CampaignEventKind;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>What an experiment found out outlives the messages it was found out with.</summary>
public sealed class ExperimentMonthTests
{
    private const int Customers = 120;
    private static readonly DateTimeOffset July = new(2026, 7, 13, 1, 0, 0, TimeSpan.Zero);   // Monday, 09:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task After_its_month_is_dropped_an_experiment_shows_the_same_variants_certainty_and_winner(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var host = await TestHost.StartAsync(dialect, July, null, "--Orchestrator:LinkHosts:0=app.example");
        using var owner = await host.SignInAsync("lin", Role.Owner);
        var byRule = new ReachoutBed(host.Services);
        await byRule.AddCustomersAsync(Customers);
        await byRule.AddGatewayAsync(simulator);
        await DecideByClicksAsync(host, simulator, byRule);
        var byPerson = new ReachoutBed(host.Services);
        await ChooseAsync(host, simulator, byPerson, owner);
        var open = new ReachoutBed(host.Services);
        await SendAsync(host, simulator, open, Test("conversion", new WinnerRule { AskAfterHours = 700 }));
        await ConvertAsync(host, open);
        host.Clock.AdvanceTo(new DateTimeOffset(2026, 11, 23, 1, 0, 0, TimeSpan.Zero));
        ReachoutBed[] beds = [byRule, byPerson, open];
        await Eventually.HoldsAsync(async () => await host.Database.ReadAsync((db, token) => db.Reachouts.AllAsync(row => row.State == ReachoutState.Completed, token), Token), "all three have ended");
        await host.Database.WriteAsync(
            async (tx, token) =>
            {
                // The bed launches without an SOP; the page draws one.
                var sop = await tx.Db.Definitions.Where(row => row.Kind == DefinitionKind.Sop).Select(row => row.Id).FirstAsync(token);
                await tx.Db.Campaigns.ExecuteUpdateAsync(set => set.SetProperty(row => row.SopVersionId, sop), token);
            },
            Token);
        var (told, shown) = (await ToldAsync(owner, beds), await ShownAsync(owner, beds));

        await OldMonths.PublishAsync(host, new LedgerTerm(2));
        await OldMonths.DropAsync(host, "2026-07");

        Assert.False(await host.Database.ReadAsync((db, token) => db.Messages.AnyAsync(token), Token));
        Assert.Equal(told, await ToldAsync(owner, beds));
        Assert.Equal(shown, await ShownAsync(owner, beds));
        Assert.Equal([(2, "rule"), (1, "lin"), (null, null)], told.Select(WinnerOf));
        Assert.All(told, result => Assert.All(JsonDocument.Parse(result).RootElement.GetProperty("variants").EnumerateArray(), variant => Assert.NotEqual(0, variant.GetProperty("sent").GetInt64())));
        Assert.Contains(told, result => result.Contains("\"hits\":3", StringComparison.Ordinal));
        Assert.All(shown, page => Assert.Contains("coupon", page, StringComparison.Ordinal));

        // Who is asked late still decides on the same figures.
        var late = (await open.Ledger.ReachoutsAsync(open.CampaignId, Token)).Single().Id;
        (await owner.PostAsJsonAsync($"/api/v1/campaigns/{open.CampaignId}/reachouts/{late}/winner", new { variant = "coupon", reason = "for the record" }, Token)).EnsureSuccessStatusCode();
        var figures = await host.Database.ReadAsync((db, token) => db.ExperimentDecisions.Where(row => row.ReachoutId == late).Select(row => row.Figures).SingleAsync(token), Token);
        Assert.Equal(JsonDocument.Parse(told[2]).RootElement.GetProperty("variants").ToString(), figures);
    }

    /// <summary>Everybody with the coupon clicks, nobody else; the approved rule finds it out.</summary>
    private static async Task DecideByClicksAsync(TestHost host, SimulatorHost simulator, ReachoutBed bed)
    {
        await SendAsync(host, simulator, bed, Test("click", new WinnerRule { IsAutomatic = true, MinimumPerVariant = 20, Effect = 0.1m }), new TrackedLink("https://app.example/day"));
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var coupons = simulator.Simulation.Log.Entries.Where(entry => entry.Text.Contains("优惠券", StringComparison.Ordinal)).Select(entry => entry.To).ToHashSet();
        foreach (var (_, link) in ShortLinks.Sent(simulator).Where(pair => coupons.Contains(pair.Key)))
            (await ShortLinks.ClickAsync(host, link)).Dispose();
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        await Eventually.HoldsAsync(() => host.Database.ReadAsync((db, token) => db.ExperimentDecisions.AnyAsync(token), Token), "the rule has decided");
    }

    /// <summary>Half the audience tests, then a person chooses for the other half.</summary>
    private static async Task ChooseAsync(TestHost host, SimulatorHost simulator, ReachoutBed bed, HttpClient owner)
    {
        await SendAsync(host, simulator, bed, Test("conversion", new WinnerRule { AskAfterHours = 700 }) with { TestPercent = 50 }, messages: Customers / 2);
        await ConvertAsync(host, bed);
        var sent = simulator.Simulation.Log.Summary().Accepted;
        var reachout = (await bed.Ledger.ReachoutsAsync(bed.CampaignId, Token)).Single().Id;
        (await owner.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/reachouts/{reachout}/winner", new { variant = "plain", reason = "cheaper" }, Token)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(
            () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(20));
                return Task.FromResult(simulator.Simulation.Log.Summary().Accepted == sent + (Customers / 2));
            },
            "the rest is out");
    }

    /// <summary>Three of a variant's customers do it.</summary>
    private static async Task ConvertAsync(TestHost host, ReachoutBed bed)
    {
        var customers = await host.Database.ReadAsync(
            (db, token) => db.Messages.Where(row => row.Variant == 2 && db.Occurrences.Any(of => of.Id == row.OccurrenceId && of.CampaignId == bed.CampaignId))
                .Join(db.Customers, row => row.CustomerNo, row => row.CustomerNo, (_, row) => row.ExternalId).OrderBy(id => id).Take(3).ToListAsync(token), Token);
        using var platform = await host.SignInAsync("pan", Role.Platform);
        (await platform.PostAsJsonAsync("/api/v1/events/batch", new { events = customers.Select(customer => new { id = $"{bed.CampaignId}-{customer}", kind = "conversion", campaignId = bed.CampaignId, customer, value = 8600 }) }, Token)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => host.Database.ReadAsync(async (db, token) => await db.CampaignEvents.CountAsync(row => row.CampaignId == bed.CampaignId && row.Kind == CampaignEventKind.Conversion, token) == 3, Token), "three converted");
    }

    private static async Task SendAsync(TestHost host, SimulatorHost simulator, ReachoutBed bed, Experiment experiment, TrackedLink? link = null, int messages = Customers)
    {
        var before = simulator.Simulation.Log.Summary().Accepted;
        var brief = ReachoutBed.Brief(host.Clock.GetUtcNow().AddMinutes(10), limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        var (phase, body) = (brief.Phases[0], "{{sig}}会员日{{start}}开始:{{offer}}。{{rate}}{{out}}");
        await bed.LaunchAsync(brief with { Phases = [phase with { Link = link, Experiment = experiment, Texts = [phase.Texts[0] with { Body = link is null ? body : body + "{{link}}" }] }] });
        host.Clock.Advance(TimeSpan.FromMinutes(11));
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == before + messages), "the test is out");
        await Eventually.HoldsAsync(() => host.Database.ReadAsync((db, token) => db.Messages.AllAsync(row => row.State != MessageState.Leased, token), Token), "it is written down");
    }

    private static Experiment Test(string metric, WinnerRule winner) => new()
    {
        Key = "offer", Metric = metric, Winner = winner, Variants = [new Variant { Key = "plain", Offer = "利息礼遇" }, new Variant { Key = "coupon", Offer = "优惠券" }],
    };

    private static async Task<List<string>> ToldAsync(HttpClient client, IEnumerable<ReachoutBed> beds)
    {
        var results = new List<string>();
        foreach (var bed in beds)
            results.Add((await client.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/experiments", Token))[0].ToString());
        return results;
    }

    /// <summary>The experiment's table as the console shows it.</summary>
    private static async Task<List<string>> ShownAsync(HttpClient client, IEnumerable<ReachoutBed> beds)
    {
        var pages = new List<string>();
        foreach (var bed in beds)
        {
            using var page = await new HtmlParser().ParseDocumentAsync(await client.GetStreamAsync($"/campaigns/{bed.CampaignId}?tab=ledger", Token), Token);
            pages.Add(string.Join('\n', page.QuerySelectorAll("table").Where(table => table.TextContent.Contains("coupon", StringComparison.Ordinal)).Select(table => table.TextContent)));
        }
        return pages;
    }

    private static (int? Winner, string? By) WinnerOf(string result)
    {
        var root = JsonDocument.Parse(result).RootElement;
        return root.GetProperty("winner") is { ValueKind: JsonValueKind.Number } winner ? (winner.GetInt32(), root.GetProperty("decidedBy").GetString()) : (null, null);
    }
}
