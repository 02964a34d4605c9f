using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Retrospectives;

/// <summary>A lesson with the campaign it comes from.</summary>
public sealed record LessonView(Guid Id, Guid CampaignId, string CampaignCode, string CampaignName, string Kind, string Text, IReadOnlyList<string> Tags, string Objective, string Form, string By, DateTimeOffset At);

public sealed record RetrospectiveView(Guid CampaignId, RetrospectiveState State, Retrospective Content, string? CompletedBy, string? ConfirmedBy, JsonElement? LookBack, DateTimeOffset DraftedAt, long Version);

/// <summary>What past campaigns taught: searched by text and tag, and shown where a like brief starts.</summary>
public sealed class Lessons(Database database)
{
    public const int Limit = 100;

    public Task<IReadOnlyList<LessonView>> SearchAsync(string? text, string? tag, string? objective, string? form, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var rows = db.Lessons.AsQueryable();
                if (!string.IsNullOrWhiteSpace(text))
                    rows = rows.Where(row => row.Text.Contains(text) || row.Tags.Contains(text));
                if (!string.IsNullOrWhiteSpace(tag))
                    rows = rows.Where(row => row.Tags.Contains(tag));
                if (!string.IsNullOrWhiteSpace(objective))
                    rows = rows.Where(row => row.Objective == objective);
                if (!string.IsNullOrWhiteSpace(form))
                    rows = rows.Where(row => row.Form == form);
                return await ShowAsync(db, rows.OrderByDescending(row => row.At).ThenBy(row => row.Id).Take(Limit), token);
            },
            cancellationToken);

    /// <summary>Lessons for a brief of this objective and form: those of both first, newest first.</summary>
    public Task<IReadOnlyList<LessonView>> SimilarAsync(string objective, string form, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => ShowAsync(
                db,
                db.Lessons.Where(row => row.Objective == objective || row.Form == form)
                    .OrderByDescending(row => row.Objective == objective && row.Form == form).ThenByDescending(row => row.At).ThenBy(row => row.Id).Take(20),
                token),
            cancellationToken);

    /// <summary>These lessons, newest first: those a brief says were read.</summary>
    public Task<IReadOnlyList<LessonView>> OfIdsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => ShowAsync(db, db.Lessons.Where(row => ids.Contains(row.Id)).OrderByDescending(row => row.At), token), cancellationToken);

    public Task<RetrospectiveView?> FindAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => await db.Retrospectives.SingleOrDefaultAsync(row => row.CampaignId == campaignId, token) is { } row
                ? new RetrospectiveView(
                    row.CampaignId, row.State, JsonSerializer.Deserialize<Retrospective>(row.ContentJson, JsonDefaults.Options)!, row.CompletedBy, row.ConfirmedBy,
                    row.LookBackJson is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null, row.DraftedAt, row.Version)
                : null,
            cancellationToken);

    private static async Task<IReadOnlyList<LessonView>> ShowAsync(OrchestratorDb db, IQueryable<Lesson> query, CancellationToken cancellationToken)
    {
        var lessons = await query.ToListAsync(cancellationToken);
        var ids = lessons.Select(row => row.CampaignId).Distinct().ToList();
        var campaigns = await db.Campaigns.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.Code, row.Name }).ToDictionaryAsync(row => row.Id, cancellationToken);
        return [.. lessons.Select(row => new LessonView(row.Id, row.CampaignId, campaigns[row.CampaignId].Code, campaigns[row.CampaignId].Name, row.Kind, row.Text, row.Tags, row.Objective, row.Form, row.By, row.At))];
    }
}
