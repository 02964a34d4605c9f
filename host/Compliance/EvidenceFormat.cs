namespace Orchestrator.Host.Compliance;

/// <summary>The layout of an evidence pack: a zip that proves, without the server, who decided what on which content (docs/audit.md).</summary>
internal static class EvidenceFormat
{
    public const string Name = "orchestrator-evidence/1";
    public const string Manifest = "manifest.json";
    public const string Events = "events.json";
    public const string Packages = "packages.json";
    public const string Approvals = "approvals.json";
    public const string Tasks = "tasks.json";
    public const string Brief = "brief.json";
    public const string Contents = "contents/";
    public const string Files = "files/";
    public const string Definitions = "definitions/";
}

/// <param name="Files">Path of every other entry to the SHA-256 of its bytes.</param>
internal sealed record EvidenceManifest(string Format, Guid CampaignId, string Code, string Name, string Chain, long HeadSeq, string HeadHash, DateTimeOffset ExportedAt, string ExportedBy, IReadOnlyDictionary<string, string> Files);

internal sealed record EvidenceEvent(string Chain, long Seq, long At, string Actor, string Type, string? Subject, string? Reason, string Data, string PreviousHash, string Hash)
{
    public string Recompute() => AuditChain.ComputeHash(Chain, Seq, DateTimeOffset.FromUnixTimeMilliseconds(At), Actor, Type, Subject, Reason, Data, PreviousHash);
}

internal sealed record EvidencePackage(string Hash, long BriefVersion, DateTimeOffset At, IReadOnlyDictionary<string, string> Parts);

internal sealed record EvidenceApproval(string ElementId, string By, DateTimeOffset At, IReadOnlyDictionary<string, string> Parts, string PackageHash, DateTimeOffset? VoidedAt, IReadOnlyList<string> VoidedParts);

/// <summary>What checking a pack found. No findings: everything in it fits together.</summary>
public sealed record EvidenceVerdict(string? Code, long Events, string? HeadHash, IReadOnlyList<string> Findings)
{
    public bool IsIntact => Findings.Count == 0;
}
