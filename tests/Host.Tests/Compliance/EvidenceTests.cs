using System.IO.Compression;
using System.Net;
using System.Text;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Compliance;

public sealed class EvidenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_pack_verifies_without_the_server_and_every_kind_of_change_is_found(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        var image = await story.UploadAsync("lin", "poster.png", "image/png", [0x89, 0x50, 0x4E, 0x47, 7]);
        using var edit = await story.EditAsync(brief => brief with { Pages = [image] });
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        await story.SignAllAsync();

        using var forbidden = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/evidence");
        using var reply = await story.PostAsync("qian", $"/api/v1/campaigns/{story.Id}/evidence");
        var pack = await reply.Content.ReadAsByteArrayAsync(Token);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (forbidden.StatusCode, reply.StatusCode));
        Assert.Equal([], Check(pack).Findings);
        Assert.Contains(Check(Change(pack, "events.json", text => text.Replace("\"zhou\"", "\"lin\"", StringComparison.Ordinal))).Findings, finding => finding.Contains("was changed: its content does not match", StringComparison.Ordinal));
        Assert.Contains(Check(Change(pack, "approvals.json", text => text.Replace("\"xu\"", "\"lin\"", StringComparison.Ordinal))).Findings, finding => finding.Contains("not on the chain", StringComparison.Ordinal));
        Assert.Contains(Check(Change(pack, "contents/", text => text.Replace("8折", "5折", StringComparison.Ordinal))).Findings, finding => finding.Contains("not the content of its hash", StringComparison.Ordinal));
        Assert.NotEmpty(Check([1, 2, 3]).Findings);
    }

    [Fact]
    public async Task The_auditor_searches_by_person_text_and_time_and_verifies()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "return", reason: "目标口径不清");

        var byReason = await story.GetAsync("qian", "/api/v1/audit/events?text=" + Uri.EscapeDataString("目标口径不清"));
        var byPerson = await story.GetAsync("qian", "/api/v1/audit/events?actor=chen&type=task-completed");
        var future = await story.GetAsync("qian", "/api/v1/audit/events?from=2030-01-01T00:00:00Z");
        var verdict = await story.GetAsync("qian", $"/api/v1/campaigns/{story.Id}/audit/verification");

        Assert.NotEmpty(byReason.GetProperty("events").EnumerateArray());
        Assert.Single(byPerson.GetProperty("events").EnumerateArray());
        Assert.Empty(future.GetProperty("events").EnumerateArray());
        Assert.True(verdict.GetProperty("isIntact").GetBoolean());
        Assert.Equal(HttpStatusCode.Forbidden, (await (await story.AsAsync("lin")).GetAsync("/api/v1/audit/events", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await (await story.AsAsync("qian")).GetAsync("/api/v1/audit/events?cursor=zzz", Token)).StatusCode);
    }

    private static EvidenceVerdict Check(byte[] pack)
    {
        using var stream = new MemoryStream(pack);
        return EvidenceCheck.Check(stream);
    }

    /// <summary>Changes the first entry below a path whose text the change affects, and the manifest with it, as a forger would.</summary>
    private static byte[] Change(byte[] pack, string path, Func<string, string> change)
    {
        using var buffer = new MemoryStream();
        buffer.Write(pack);
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (var entry in zip.Entries.Where(entry => entry.FullName.StartsWith(path, StringComparison.Ordinal)).ToList())
            {
                var before = Read(entry);
                var after = change(before);
                if (before == after)
                    continue;
                Write(zip, entry.FullName, after);
                var manifest = Read(zip.GetEntry("manifest.json")!);
                Write(zip, "manifest.json", manifest.Replace(Hash(before), Hash(after), StringComparison.Ordinal));
                break;
            }
        }
        return buffer.ToArray();
    }

    private static string Read(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private static void Write(ZipArchive zip, string name, string text)
    {
        zip.GetEntry(name)!.Delete();
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
