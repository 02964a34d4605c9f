using Orchestrator.Host.Campaigns;
using Orchestrator.Host.WebConsole.Components;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>How states look: one tone and one icon each, everywhere the same.</summary>
internal static class StatusLook
{
    public static (Tone Tone, string Icon) OfCampaign(string status) => status switch
    {
        CampaignStatus.Running => (Tone.Ok, "player-play"),
        CampaignStatus.Paused => (Tone.Warn, "player-pause"),
        CampaignStatus.Held => (Tone.Bad, "hand-stop"),
        CampaignStatus.Closed => (Tone.Quiet, "archive"),
        CampaignStatus.Rejected => (Tone.Bad, "circle-x"),
        CampaignStatus.Cancelled => (Tone.Quiet, "ban"),
        _ => (Tone.Accent, "edit"),
    };

    public static (Tone Tone, string Icon) OfLevel(string level) => level switch
    {
        "HIGH" => (Tone.Bad, "scale"),
        "MEDIUM" => (Tone.Warn, "scale"),
        _ => (Tone.Quiet, "scale"),
    };
}
