using System.Net;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Web;

public sealed class LiveStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_page_hears_when_its_campaign_moves_and_strangers_hear_nothing()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(20);
        await bed.AddGatewayAsync(simulator);
        var due = new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);
        await bed.LaunchAsync(ReachoutBed.Brief(due));
        var path = $"/console/live?topic=campaign:{bed.CampaignId}";
        using var stranger = host.Anonymous();
        using var refused = await stranger.GetAsync(path, Token);
        Assert.NotEqual(HttpStatusCode.OK, refused.StatusCode);

        using var owner = await host.SignInAsync("lin", Role.Owner);
        using var opened = await owner.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", opened.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await opened.Content.ReadAsStreamAsync(Token));
        Assert.Equal("event: hello", await reader.ReadLineAsync(Token));

        // It may have moved between the making of the page and the opening of the stream.
        await MovedAsync(reader, bed.CampaignId);
        host.Clock.AdvanceTo(due);
        await MovedAsync(reader, bed.CampaignId);
    }

    private static async Task MovedAsync(StreamReader reader, Guid campaign)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        string? line;
        do
            line = await reader.ReadLineAsync(patience.Token);
        while (line is not null && line != "event: moved");
        Assert.Equal($"data: campaign:{campaign}", await reader.ReadLineAsync(patience.Token));
    }
}
