namespace Orchestrator.Host.Campaigns;

/// <summary>Element ids, outcomes and messages of campaign SOPs that the program attaches a meaning to (docs/sops.md). An SOP without them works; they then have no effect.</summary>
public static class CampaignElements
{
    public const string WriteBrief = "write-brief";
    public const string Submit = "submit";
    public const string LaunchCheck = "launch-check";
    public const string Launch = "launch";
    public const string HandleBreach = "handle-breach";
    public const string Resume = "resume";
    public const string WriteRetrospective = "write-retrospective";
    public const string ConfirmRetrospective = "confirm-retrospective";
    public const string LookBack = "look-back";

    /// <summary>Sent to a campaign's instance when an edit voided an approval.</summary>
    public const string PackageEdited = "package-edited";

    /// <summary>Sent by monitoring when a guardrail trips.</summary>
    public const string GuardrailBreach = "guardrail-breach";

    public const string MonitoringStage = "monitoring";
    public const string RetrospectiveStage = "retrospective";
}
