using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>Writes a campaign's evidence: its chain, every package it had with all contents, approvals, tasks, the definitions it ran on, and the files shown.</summary>
public sealed class EvidencePack(Database database, AuditChain audit, BusinessClock clock)
{
    private static readonly JsonSerializerOptions Indented = new(JsonDefaults.Options) { WriteIndented = true };

    /// <returns>The zip; null where there is no such campaign. The export itself is on the chain, after what it holds.</returns>
    public async Task<(string FileName, byte[] Zip)?> ExportAsync(Guid campaignId, Actor actor, CancellationToken cancellationToken)
    {
        var written = await database.ReadAsync((db, token) => WriteAsync(db, campaignId, actor, token), cancellationToken);
        if (written is not { } pack)
            return null;
        await database.WriteAsync(
            (tx, token) => audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), actor, token, new AuditEntry("evidence-exported", pack.FileName, new { sha256 = Convert.ToHexStringLower(SHA256.HashData(pack.Zip)) })),
            cancellationToken);
        return pack;
    }

    private async Task<(string FileName, byte[] Zip)?> WriteAsync(OrchestratorDb db, Guid campaignId, Actor actor, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, cancellationToken) is not { } campaign)
            return null;
        var chain = AuditChain.ForCampaign(campaignId);
        var events = await db.AuditEvents.Where(row => row.Chain == chain).OrderBy(row => row.Seq).ToListAsync(cancellationToken);
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [EvidenceFormat.Events] = Json(events.Select(row => new EvidenceEvent(row.Chain, row.Seq, row.At.ToUnixTimeMilliseconds(), row.Actor, row.Type, row.Subject, row.Reason, row.Data, row.PreviousHash, row.Hash))),
            [EvidenceFormat.Brief] = Encoding.UTF8.GetBytes(campaign.BriefJson),
        };
        await AddPackagesAsync(db, campaignId, entries, cancellationToken);
        await AddDecidedAsync(db, campaign, entries, cancellationToken);
        var manifest = new EvidenceManifest(
            EvidenceFormat.Name, campaign.Id, campaign.Code, campaign.Name, chain, events.Count == 0 ? 0 : events[^1].Seq, events.Count == 0 ? "" : events[^1].Hash, clock.GetUtcNow(), actor.UserName,
            entries.ToDictionary(entry => entry.Key, entry => Convert.ToHexStringLower(SHA256.HashData(entry.Value))));
        entries[EvidenceFormat.Manifest] = Json(manifest);
        return ($"{campaign.Code}-evidence.zip", Zip(entries));
    }

    private static async Task AddPackagesAsync(OrchestratorDb db, Guid campaignId, Dictionary<string, byte[]> entries, CancellationToken cancellationToken)
    {
        var packages = (await db.Packages.Where(row => row.CampaignId == campaignId).OrderBy(row => row.At).ToListAsync(cancellationToken))
            .ConvertAll(row => new EvidencePackage(row.Hash, row.BriefVersion, row.At, JsonSerializer.Deserialize<Dictionary<string, string>>(row.PartsJson, JsonDefaults.Options)!));
        entries[EvidenceFormat.Packages] = Json(packages);
        var hashes = packages.SelectMany(package => package.Parts.Values).Distinct().ToList();
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var content in await db.Contents.Where(row => hashes.Contains(row.Hash)).ToListAsync(cancellationToken))
            entries[$"{EvidenceFormat.Contents}{content.Hash}.json"] = Encoding.UTF8.GetBytes(content.Content);
        foreach (var hash in packages.Select(package => package.Parts[PackagePart.Pages]).Distinct())
        {
            using var pages = JsonDocument.Parse(entries[$"{EvidenceFormat.Contents}{hash}.json"]);
            shown.UnionWith(pages.RootElement.EnumerateArray().Select(page => page.GetProperty("sha256").GetString()!));
        }
        foreach (var file in await db.Files.Where(row => shown.Contains(row.Sha256)).ToListAsync(cancellationToken))
            entries[EvidenceFormat.Files + file.Sha256] = file.Bytes;
    }

    private static async Task AddDecidedAsync(OrchestratorDb db, Campaign campaign, Dictionary<string, byte[]> entries, CancellationToken cancellationToken)
    {
        var approvals = await db.Approvals.Where(row => row.CampaignId == campaign.Id).OrderBy(row => row.At).ToListAsync(cancellationToken);
        entries[EvidenceFormat.Approvals] = Json(approvals.Select(row => new EvidenceApproval(row.ElementId, row.By, row.At, row.Parts(), row.PackageHash, row.VoidedAt, row.VoidedParts)));
        var tasks = await db.Tasks.Where(row => row.CampaignId == campaign.Id).OrderBy(row => row.CreatedAt).ToListAsync(cancellationToken);
        entries[EvidenceFormat.Tasks] = Json(tasks.Select(row => new { row.Id, row.ElementId, row.NameZh, row.NameEn, state = row.State, row.Outcome, row.Reason, data = row.DataJson, row.CompletedBy, row.CreatedAt, row.CompletedAt }));
        var pins = await db.Instances.Where(row => row.Id == campaign.Id).Select(row => row.DecisionsJson).SingleAsync(cancellationToken);
        var ids = JsonSerializer.Deserialize<Dictionary<string, Guid>>(pins)!.Values.Append(campaign.SopVersionId).ToList();
        foreach (var row in await db.Definitions.Where(row => ids.Contains(row.Id)).ToListAsync(cancellationToken))
            entries[$"{EvidenceFormat.Definitions}{row.Key}-v{row.Version}.{(row.Kind == Sops.DefinitionKind.Sop ? "bpmn" : "dmn")}"] = Encoding.UTF8.GetBytes(row.Xml);
    }

    private static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Indented);

    private static byte[] Zip(Dictionary<string, byte[]> entries)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                using var stream = zip.CreateEntry(path, CompressionLevel.Optimal).Open();
                stream.Write(bytes);
            }
        }
        return buffer.ToArray();
    }
}
