using System.Text.Json;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Demo;

/// <summary>The way of a campaign through the standard SOP, as the demo and the seeding walk it.</summary>
internal sealed class DemoStory(DemoClient client, Guid campaign)
{
    public Guid Campaign => campaign;

    public Task SubmitAsync(CancellationToken token) => client.CompleteAsync(campaign, DemoPerson.Owner, "write-brief", "submit", token);

    public Task ReviewAsync(CancellationToken token) => client.CompleteAsync(campaign, DemoPerson.Head, "review-brief", "approve", token);

    public async Task SignAsync(CancellationToken token, params IEnumerable<(DemoPerson Person, string Element)> signers)
    {
        foreach (var (person, element) in signers)
            await client.CompleteAsync(campaign, person, element, "approve", token);
    }

    public static readonly (DemoPerson Person, string Element)[] JointSignOff =
    [
        (DemoPerson.Risk, "risk-sign"), (DemoPerson.Compliance, "compliance-sign"), (DemoPerson.ConsumerProtection, "consumer-protection-sign"), (DemoPerson.Finance, "finance-sign"),
    ];

    public async Task BuildAndTestAsync(CancellationToken token)
    {
        await client.CompleteAsync(campaign, DemoPerson.Configurer, "configure", "done", token);
        await client.CompleteAsync(campaign, DemoPerson.Tester, "test-send", "pass", token);
    }

    public Task LaunchAsync(CancellationToken token) => client.CompleteAsync(campaign, DemoPerson.Launcher, "launch-check", "launch", token);

    public async Task<DateTimeOffset> FirstPhaseAtAsync(CancellationToken token)
    {
        var brief = (await client.PageAsync(campaign, token)).GetProperty("brief").Deserialize<Brief>(Web.JsonDefaults.Options)!;
        return PhaseAt(brief, brief.Phases[0]);
    }

    public static DateTimeOffset PhaseAt(Brief brief, Phase phase)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(brief.TimeZone);
        var local = phase.Date.ToDateTime(phase.Time);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
