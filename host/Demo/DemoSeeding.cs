using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Demo;

/// <summary>
/// Fills a new demo workspace once the server listens: three campaigns, walked through the front door by the demo's people on a clock that
/// starts in the past and ends now. One is closed with lessons, one is running, one waits for its joint sign-off.
/// </summary>
internal sealed class DemoSeeding(DemoWorkspace workspace, IServer server, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<DemoSeeding> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!workspace.IsDemo || workspace.IsSeeded || Environment.GetEnvironmentVariable(DemoWorkspace.PasswordVariable) is not null)
            return;
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        using var client = new DemoClient(Address, workspace.Password);
        try
        {
            await SeedAsync(client, clock.GetUtcNow(), stoppingToken);
            await workspace.MarkSeededAsync(stoppingToken);
            log.LogInformation("The demo workspace is ready.");
        }
        catch (Exception exception) when (exception is DemoFailedException or HttpRequestException)
        {
            log.LogError(exception, "The demo campaigns could not be seeded completely; delete the data directory to begin again.");
        }
        finally
        {
            await workspace.SetClockAsync(null, CancellationToken.None);
        }
    }

    private Uri Address()
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal));
    }

    private static async Task SeedAsync(DemoClient client, DateTimeOffset now, CancellationToken token)
    {
        // The Tuesday two to eight days back: the running campaign is between its second and its last send.
        var running = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-8);
        while (running.DayOfWeek != DayOfWeek.Tuesday)
            running = running.AddDays(1);
        var closed = Season(DemoBrief.For(running.AddDays(-56)), "开学季·老客利息礼遇");
        var first = await LaunchAsync(client, closed, token);
        var matched = DemoCustomers.Generate(Begin(closed), customer => (ulong)HoldoutRank.Of(first.Campaign, customer.ExternalId)).Where(DemoCampaign.Matches).ToList();
        await CloseOneAsync(client, first, closed, matched, token);
        await RunOneAsync(client, DemoBrief.For(running), matched, now, token);
        await AwaitSignOffAsync(client, Season(DemoBrief.For(DemoBrief.FirstDayAfter(DateOnly.FromDateTime(now.UtcDateTime))), "双旦·老客免息礼遇"), now - TimeSpan.FromDays(2), token);
    }

    private static Brief Season(Brief brief, string name) => brief with { Name = name };

    private static async Task CloseOneAsync(DemoClient client, DemoStory story, Brief brief, List<DemoCustomer> matched, CancellationToken token)
    {
        foreach (var phase in brief.Phases)
            await story.SendAsync(DemoStory.PhaseAt(brief, phase), phase.Key, token);
        await story.ReportAsync(matched, converted: 71, ofHoldout: 6, DemoStory.PhaseAt(brief, brief.Phases[1]), DemoStory.PhaseAt(brief, brief.Phases[2]), token);
        await client.SetClockAsync(DemoStory.PhaseAt(brief, brief.Phases[2]) + TimeSpan.FromDays(12), token);
        await story.CloseAsync(token);
    }

    private static async Task RunOneAsync(DemoClient client, Brief brief, List<DemoCustomer> matched, DateTimeOffset now, CancellationToken token)
    {
        var story = await LaunchAsync(client, brief, token);
        foreach (var phase in brief.Phases.Take(2))
            await story.SendAsync(DemoStory.PhaseAt(brief, phase), phase.Key, token);
        await client.SetClockAsync(now, token);
        await story.ReportAsync(matched, converted: 37, ofHoldout: 2, DemoStory.PhaseAt(brief, brief.Phases[1]), now, token);
        await story.ComplainAsync(matched, now - TimeSpan.FromHours(5), token);
    }

    private static async Task AwaitSignOffAsync(DemoClient client, Brief brief, DateTimeOffset at, CancellationToken token)
    {
        await client.SetClockAsync(at, token);
        var story = new DemoStory(client, await client.CreateAsync(brief, token));
        await story.SubmitAsync(token);
        await story.ReviewAsync(token);
        await story.SignAsync(token, (DemoPerson.Risk, "risk-sign"), (DemoPerson.Compliance, "compliance-sign"));
        await client.EditAsync(story.Campaign, DemoPlay.AddReminder, token);
    }

    private static DateOnly Begin(Brief brief) => brief.Window.Start.AddDays(-14);

    private static async Task<DemoStory> LaunchAsync(DemoClient client, Brief brief, CancellationToken token)
    {
        var begin = new DateTimeOffset(Begin(brief).ToDateTime(new TimeOnly(1, 0)), TimeSpan.Zero);
        await client.SetClockAsync(begin, token);
        var story = new DemoStory(client, await client.CreateAsync(brief, token));
        await client.PostAsync(DemoPerson.Admin, "/api/v1/demo/customers", new DemoAudienceOf(story.Campaign), token);
        await story.SubmitAsync(token);
        await story.ReviewAsync(token);
        await client.SetClockAsync(begin + TimeSpan.FromDays(1), token);
        await story.SignAsync(token, DemoStory.JointSignOff);
        await client.SetClockAsync(begin + TimeSpan.FromDays(4), token);
        await story.BuildAndTestAsync(token);
        await story.LaunchAsync(token);
        return story;
    }
}
