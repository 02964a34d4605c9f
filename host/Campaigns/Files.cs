using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <summary>Uploaded files, kept once by the hash of their bytes. Only kinds that a browser shows without running anything, or downloads.</summary>
public sealed class Files(Database database, BusinessClock clock)
{
    public const int SizeLimit = 10 * 1024 * 1024;

    /// <summary>Media type to the bytes that a file of it begins with; empty: not told by its beginning.</summary>
    private static readonly Dictionary<string, byte[]> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["image/png"] = [0x89, 0x50, 0x4E, 0x47],
        ["image/jpeg"] = [0xFF, 0xD8, 0xFF],
        ["image/gif"] = "GIF8"u8.ToArray(),
        ["image/webp"] = "RIFF"u8.ToArray(),
        ["application/pdf"] = "%PDF"u8.ToArray(),
        ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"] = "PK"u8.ToArray(),
        ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = "PK"u8.ToArray(),
        ["application/vnd.openxmlformats-officedocument.presentationml.presentation"] = "PK"u8.ToArray(),
        ["text/plain"] = [],
        ["text/csv"] = [],
    };

    public async Task<Outcome<Attachment>> AddAsync(string name, string mediaType, byte[] bytes, Actor actor, CancellationToken cancellationToken)
    {
        if (bytes.Length == 0)
            return Refusal.Invalid(new FieldProblem("file", "field.file-empty"));
        if (bytes.Length > SizeLimit)
            return Refusal.Invalid(new FieldProblem("file", "field.file-large", SizeLimit / 1024 / 1024));
        if (!Kinds.TryGetValue(mediaType, out var beginning))
            return Refusal.Invalid(new FieldProblem("file", "field.file-type", mediaType));
        if (!bytes.AsSpan().StartsWith(beginning))
            return Refusal.Invalid(new FieldProblem("file", "field.file-content", mediaType));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await database.WriteAsync(
            async (tx, token) =>
            {
                if (!await tx.Db.Files.AnyAsync(row => row.Sha256 == hash, token))
                    tx.Db.Add(new StoredFile { Sha256 = hash, MediaType = mediaType, Size = bytes.Length, Bytes = bytes, UploadedBy = actor.UserName, UploadedAt = clock.GetUtcNow() });
            },
            cancellationToken);
        return new Attachment(Path.GetFileName(name), mediaType, hash, bytes.Length);
    }

    public Task<StoredFile?> FindAsync(string sha256, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Files.SingleOrDefaultAsync(row => row.Sha256 == sha256, token), cancellationToken);
}
