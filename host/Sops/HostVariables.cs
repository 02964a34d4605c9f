using System.Globalization;
using Orchestrator.Host.Campaigns;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>The variables that the host keeps up to date in every instance (<see cref="SopVariables"/>).</summary>
internal static class HostVariables
{
    private static readonly TimeOnly CloseOfBusiness = new(18, 0);

    public static Variables Of(Campaign campaign, Brief brief, IReadOnlyList<string> standing)
    {
        var launch = brief.InstantOf(brief.Window.Start, TimeOnly.MinValue);
        var firstPhase = brief.Phases.Count == 0 ? launch : brief.Phases.Min(phase => brief.InstantOf(phase.Date, phase.Time));
        return Variables.Of(
            ("campaignId", campaign.Id.ToString()),
            ("code", campaign.Code),
            ("owner", campaign.Owner),
            (SopVariables.LaunchAt, Text(launch)),
            (SopVariables.FirstPhaseAt, Text(firstPhase)),
            (SopVariables.WindowEnd, Text(brief.InstantOf(brief.Window.End, CloseOfBusiness))),
            (SopVariables.Standing, standing));
    }

    public static bool Same(Variables present, Variables wanted) =>
        wanted.All(pair => present.TryGetValue(pair.Key, out var value) && Variables.Of(("v", value)).ToJson() == Variables.Of(("v", pair.Value)).ToJson());

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
