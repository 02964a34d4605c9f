using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class ClickNetworkTests
{
    private const string Rules = "/api/v1/dated-rules/click-networks";
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Clicks_from_a_listed_network_are_counted_and_are_nobodys(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, settings: "--Orchestrator:LinkHosts:0=app.example");
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(3);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        var text = brief.Phases[0].Texts[0];
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Link = new TrackedLink("https://app.example/day"), Texts = [text with { Body = text.Body + "{{link}}" }] }] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the messages are out");
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var links = ShortLinks.Sent(simulator).Values.ToList();
        using var platform = await host.SignInAsync("ops", Role.Platform);
        using var other = await host.SignInAsync("ops2", Role.Platform);

        await FollowAsync(host, links[0]);
        await PublishAsync(platform, other, "127.0.0.0/8", "::1/128");
        await FollowAsync(host, links[0]);
        await FollowAsync(host, links[1]);
        Assert.Equal((3, 1, 1, 2), await CountsAsync(platform, bed));

        await PublishAsync(platform, other);   // the list says nothing any more
        await FollowAsync(host, links[1]);
        Assert.Equal((4, 2, 2, 2), await CountsAsync(platform, bed));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_list_with_something_that_is_no_network_or_far_too_wide_is_refused(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("ops", Role.Platform);

        using var reply = await platform.PostAsJsonAsync(Rules, Body("203.0.113.0/24", "nonsense", "0.0.0.0/0", "2001:db8::/32", "::/0"), Token);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        var problems = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetRawText();
        Assert.Equal([1, 2, 4], Enumerable.Range(0, 5).Where(i => problems.Contains($"cidrs[{i}]", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("203.0.113.7", true)]
    [InlineData("::ffff:203.0.113.7", true)]
    [InlineData("203.0.114.7", false)]
    [InlineData("198.51.100.128", true)]
    [InlineData("198.51.100.127", false)]
    [InlineData("2001:db8:1:2::3", true)]
    [InlineData("2001:db9::", false)]
    public void An_address_is_of_a_network_whatever_its_length_and_family(string address, bool isListed) =>
        Assert.Equal(isListed, new NetworkSet([IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.128/25"), IPNetwork.Parse("2001:db8::/32")]).Contains(IPAddress.Parse(address)));

    private static object Body(params string[] cidrs) => new { name = "mail-scanners", from = "2026-11-01", source = "seen in our logs", value = new { cidrs } };

    private static async Task PublishAsync(HttpClient proposer, HttpClient publisher, params string[] cidrs)
    {
        using var made = await proposer.PostAsJsonAsync(Rules, Body(cidrs), Token);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        (await publisher.PostAsync($"{Rules}/{id}/publication", null, Token)).EnsureSuccessStatusCode();
    }

    private static async Task<(int Clicks, int Human, int Clickers, int Network)> CountsAsync(HttpClient client, ReachoutBed bed)
    {
        var counts = (await client.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/links", Token))[0];
        return (counts.GetProperty("clicks").GetInt32(), counts.GetProperty("humanClicks").GetInt32(), counts.GetProperty("clickers").GetInt32(), counts.GetProperty("filtered").GetProperty("network").GetInt32());
    }

    private static async Task FollowAsync(TestHost host, string id) => Assert.Equal(HttpStatusCode.Redirect, (await ShortLinks.ClickAsync(host, id)).StatusCode);
}
