namespace Orchestrator.Workflows.Execution.Migration;

public enum MigrationVerdict
{
    /// <summary>It can move as it is.</summary>
    Safe,

    /// <summary>It can move once someone says where some tokens belong.</summary>
    NeedsMapping,

    /// <summary>It cannot move from where it stands now.</summary>
    Blocked,
}

/// <summary>What a migration would meet at one element.</summary>
public sealed record MigrationFinding(string ElementId, string? TargetElementId, MigrationVerdict Verdict, string Reason);

/// <summary>Whether an instance can move to another version, and why not.</summary>
public sealed record MigrationReport(MigrationVerdict Verdict, IReadOnlyList<MigrationFinding> Findings)
{
    internal static MigrationReport Of(List<MigrationFinding> findings) =>
        new(findings.Count == 0 ? MigrationVerdict.Safe : findings.Max(f => f.Verdict), findings);
}
