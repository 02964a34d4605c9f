namespace Orchestrator.Host.Sops;

/// <summary>Names of the process variables that the host keeps, for SOP files (docs/sops.md). Instants are ISO 8601 texts with offset.</summary>
public static class SopVariables
{
    /// <summary>00:00 of the window's first day in the brief's zone.</summary>
    public const string LaunchAt = "launchAt";

    /// <summary>18:00 of the window's last day in the brief's zone.</summary>
    public const string WindowEnd = "windowEnd";

    /// <summary>Time of the earliest phase; without phases, <see cref="LaunchAt"/>.</summary>
    public const string FirstPhaseAt = "firstPhaseAt";

    /// <summary>
    /// Element ids of the user tasks whose approval stands on the package as it is now. For <c>sop:skipWhen</c>:
    /// <c>= list contains(standing, "risk-sign")</c>.
    /// </summary>
    public const string Standing = "standing";

    /// <summary>LOW, MEDIUM or HIGH: the board shows it as soon as the process has it.</summary>
    public const string Level = "level";

    /// <summary>From <c>compare-package</c>: true when an approval that was given does not stand any more.</summary>
    public const string PackageChanged = "packageChanged";

    /// <summary>From <c>compare-package</c>: the parts that must be signed again.</summary>
    public const string ChangedParts = "changedParts";
}
