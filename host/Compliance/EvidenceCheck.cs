using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>Checks an evidence pack on its own: no server, no database.</summary>
public static class EvidenceCheck
{
    private const long EntryLimit = 64 * 1024 * 1024;

    /// <summary>Never throws for what the file holds: what cannot be read is a finding.</summary>
    public static EvidenceVerdict Check(Stream zip)
    {
        var findings = new List<string>();
        try
        {
            var entries = Read(zip);
            var manifest = From<EvidenceManifest>(entries, EvidenceFormat.Manifest);
            if (manifest.Format != EvidenceFormat.Name)
                return new EvidenceVerdict(manifest.Code, 0, null, [$"The format is '{manifest.Format}'; this program checks '{EvidenceFormat.Name}'."]);
            CheckFiles(manifest, entries, findings);
            var events = From<List<EvidenceEvent>>(entries, EvidenceFormat.Events);
            CheckChain(manifest, events, findings);
            CheckPackages(entries, findings);
            CheckApprovals(From<List<EvidenceApproval>>(entries, EvidenceFormat.Approvals), events, entries, findings);
            return new EvidenceVerdict(manifest.Code, events.Count, manifest.HeadHash, findings);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            return new EvidenceVerdict(null, 0, null, [.. findings, $"The pack cannot be read: {exception.Message}"]);
        }
    }

    private static void CheckFiles(EvidenceManifest manifest, Dictionary<string, byte[]> entries, List<string> findings)
    {
        foreach (var (path, hash) in manifest.Files)
        {
            if (!entries.TryGetValue(path, out var bytes))
                findings.Add($"{path} is missing.");
            else if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != hash)
                findings.Add($"{path} was changed.");
        }
        findings.AddRange(entries.Keys.Where(path => path != EvidenceFormat.Manifest && !manifest.Files.ContainsKey(path)).Select(path => $"{path} was added."));
    }

    private static void CheckChain(EvidenceManifest manifest, List<EvidenceEvent> events, List<string> findings)
    {
        var previous = "";
        for (var i = 0; i < events.Count; i++)
        {
            var row = events[i];
            if (row.Chain != manifest.Chain || row.Seq != i + 1)
                findings.Add($"Event {i + 1} is missing or out of order.");
            else if (row.PreviousHash != previous)
                findings.Add($"Event {row.Seq} ({row.Type}) does not follow the one before it.");
            else if (row.Recompute() != row.Hash)
                findings.Add($"Event {row.Seq} ({row.Type} by {row.Actor}) was changed: its content does not match its hash.");
            previous = row.Hash;
        }
        if (events.Count != manifest.HeadSeq || previous != manifest.HeadHash)
            findings.Add($"The chain ends at event {events.Count}, its head says {manifest.HeadSeq}.");
    }

    private static void CheckPackages(Dictionary<string, byte[]> entries, List<string> findings)
    {
        foreach (var (path, bytes) in entries.Where(entry => entry.Key.StartsWith(EvidenceFormat.Contents, StringComparison.Ordinal)))
        {
            if (CanonicalJson.Hash(Encoding.UTF8.GetString(bytes)) != Path.GetFileNameWithoutExtension(path))
                findings.Add($"{path} is not the content of its hash.");
        }
        foreach (var (path, bytes) in entries.Where(entry => entry.Key.StartsWith(EvidenceFormat.Files, StringComparison.Ordinal)))
        {
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != Path.GetFileName(path))
                findings.Add($"{path} is not the file of its hash.");
        }
        foreach (var package in From<List<EvidencePackage>>(entries, EvidenceFormat.Packages))
        {
            if (LaunchPackage.HashOf(package.Parts) != package.Hash)
                findings.Add($"Package {package.Hash[..12]} does not match its part hashes.");
            findings.AddRange(package.Parts.Where(part => !entries.ContainsKey($"{EvidenceFormat.Contents}{part.Value}.json")).Select(part => $"The content of part '{part.Key}' of package {package.Hash[..12]} is missing."));
        }
    }

    /// <summary>Every approval must stand on the chain with the same person, parts and hashes, and its contents must be here.</summary>
    private static void CheckApprovals(List<EvidenceApproval> approvals, List<EvidenceEvent> events, Dictionary<string, byte[]> entries, List<string> findings)
    {
        var onChain = events.Where(row => row.Type == "approved").Select(row => (row.Subject, row.Actor, row.Data)).ToHashSet();
        foreach (var approval in approvals)
        {
            var data = CanonicalJson.Write(new { parts = approval.Parts, package = approval.PackageHash });
            if (!onChain.Contains((approval.ElementId, approval.By, data)))
                findings.Add($"The approval '{approval.ElementId}' by {approval.By} is not on the chain as it is listed.");
            findings.AddRange(approval.Parts.Values.Where(hash => !entries.ContainsKey($"{EvidenceFormat.Contents}{hash}.json")).Select(hash => $"Content {hash[..12]} approved by {approval.By} is missing."));
        }
    }

    private static Dictionary<string, byte[]> Read(Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            if (entry.Length > EntryLimit)
                throw new InvalidDataException($"{entry.FullName} is larger than {EntryLimit} bytes.");
            using var content = entry.Open();
            using var buffer = new MemoryStream();
            content.CopyTo(buffer);
            entries.Add(entry.FullName, buffer.ToArray());
        }
        return entries;
    }

    private static T From<T>(Dictionary<string, byte[]> entries, string path) =>
        entries.TryGetValue(path, out var bytes) ? JsonSerializer.Deserialize<T>(bytes, JsonDefaults.Options) ?? throw new JsonException($"{path} is empty.") : throw new InvalidDataException($"{path} is missing.");
}
