using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>What to look for. Text matches type, subject, reason and data.</summary>
public sealed record AuditFilter(string? Chain = null, string? Actor = null, string? Type = null, string? Text = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

public sealed record AuditEventView(string Chain, long Seq, DateTimeOffset At, string Actor, string Type, string? Subject, string? Reason, JsonElement Data, string PreviousHash, string Hash)
{
    internal static AuditEventView From(AuditEvent row) =>
        new(row.Chain, row.Seq, row.At, row.Actor, row.Type, row.Subject, row.Reason, JsonSerializer.Deserialize<JsonElement>(row.Data), row.PreviousHash, row.Hash);
}

/// <summary>One page, newest first. <paramref name="Next"/> null: there is no more.</summary>
public sealed record AuditEventPage(IReadOnlyList<AuditEventView> Events, string? Next);

/// <summary>The chains as the API gives them: search by person, text and time in pages, and one chain in full.</summary>
public sealed class AuditLog(Database database)
{
    public const int PageSize = 100;

    public async Task<Outcome<AuditEventPage>> SearchAsync(AuditFilter filter, string? cursor, CancellationToken cancellationToken)
    {
        if (!TryRead(cursor, out var after))
            return Refusal.Invalid(new FieldProblem("cursor", "field.cursor"));
        var rows = await database.ReadAsync((db, token) => Filter(db.AuditEvents, filter, after).OrderByDescending(row => row.At).ThenByDescending(row => row.Chain).ThenByDescending(row => row.Seq).Take(PageSize + 1).ToListAsync(token), cancellationToken);
        var page = rows.Take(PageSize).Select(AuditEventView.From).ToList();
        return new AuditEventPage(page, rows.Count > PageSize ? Write(rows[PageSize - 1]) : null);
    }

    public Task<List<AuditEventView>> ChainAsync(string chain, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) => (await db.AuditEvents.Where(row => row.Chain == chain).OrderBy(row => row.Seq).ToListAsync(token)).ConvertAll(AuditEventView.From), cancellationToken);

    private static IQueryable<AuditEvent> Filter(IQueryable<AuditEvent> rows, AuditFilter filter, (DateTimeOffset At, string Chain, long Seq)? after)
    {
        if (filter.Chain is { Length: > 0 } chain)
            rows = rows.Where(row => row.Chain == chain);
        if (filter.Actor is { Length: > 0 } actor)
            rows = rows.Where(row => row.Actor == actor);
        if (filter.Type is { Length: > 0 } type)
            rows = rows.Where(row => row.Type == type);
        if (filter.From is { } from)
            rows = rows.Where(row => row.At >= from);
        if (filter.To is { } to)
            rows = rows.Where(row => row.At < to);
        if (filter.Text is { Length: > 0 } text)
            rows = rows.Where(row => row.Type.Contains(text) || row.Subject!.Contains(text) || row.Reason!.Contains(text) || row.Data.Contains(text));
        if (after is { } last)
            rows = rows.Where(row => row.At < last.At || (row.At == last.At && (row.Chain.CompareTo(last.Chain) < 0 || (row.Chain == last.Chain && row.Seq < last.Seq))));
        return rows;
    }

    private static string Write(AuditEvent row) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{row.At.ToUnixTimeMilliseconds()}|{row.Seq}|{row.Chain}")));

    private static bool TryRead(string? cursor, out (DateTimeOffset, string, long)? after)
    {
        after = null;
        if (string.IsNullOrEmpty(cursor))
            return true;
        var bytes = new byte[cursor.Length];
        if (!Convert.TryFromBase64String(cursor, bytes, out var length))
            return false;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split('|', 3);
        if (parts.Length != 3 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            return false;
        after = (DateTimeOffset.FromUnixTimeMilliseconds(at), parts[2], seq);
        return true;
    }
}
