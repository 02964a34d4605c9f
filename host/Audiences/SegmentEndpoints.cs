using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>A free rule, or a segment of the library with its parameters.</summary>
public sealed record RuleQuery(string? Rule = null, string? SegmentId = null, IReadOnlyDictionary<string, decimal>? Parameters = null, int Examples = 0);

public sealed record SegmentView(SegmentBody Segment, int Version, SegmentState State, bool IsShipped, string WrittenBy, string? PublishedBy, DateTimeOffset? PublishedAt, long Revision)
{
    internal static SegmentView From(Segment row) => new(SegmentLibrary.BodyOf(row), row.Version, row.State, row.IsShipped, row.WrittenBy, row.PublishedBy, row.PublishedAt, row.Revision);
}

public sealed record RuleCount(string Rule, long Scanned, long Matched, long Nulls, IReadOnlyList<string> Examples);

/// <summary><c>/segments</c>, and what belongs to a campaign's audience.</summary>
internal static class SegmentEndpoints
{
    private static readonly string[] Authors = [Role.Owner, Role.BusinessHead, Role.Risk, Role.Platform];

    public static void MapSegments(this RouteGroupBuilder api)
    {
        var segments = api.MapGroup("/segments");
        segments.MapGet("", async (SegmentLibrary library, CancellationToken token) => (await library.ListAsync(token)).Select(SegmentView.From)).RequireRole().WithName("ListSegments");
        segments.MapPost("/count", CountAsync).RequireRole(CustomerRoles.Readers).WithName("CountSegment");
        segments.MapPost("", async (SegmentBody body, SegmentLibrary library, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await library.SaveDraftAsync(body, Actor.From(user), token)).ToResult(texts, row => TypedResults.Ok(SegmentView.From(row)))).RequireRole(Authors).WithName("DraftSegment");
        segments.MapPost("/{id}/publication", PublishAsync).RequireRole(Authors).WithName("PublishSegment");

        var campaign = api.MapGroup("/campaigns/{campaignId:guid}");
        campaign.MapPost("/forecast", async (Guid campaignId, ReachForecast forecast, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await forecast.MakeAsync(campaignId, Actor.From(user), token)).ToResult(texts)).RequireRole(CustomerRoles.Readers).WithName("MakeForecast");
        campaign.MapGet("/forecast", async (Guid campaignId, ReachForecast forecast, Texts texts, CancellationToken token) =>
            await forecast.FindAsync(campaignId, token) is { } result ? (IResult)TypedResults.Ok(result) : Refusal.NotFound(campaignId.ToString()).ToProblem(texts)).RequireRole().WithName("GetForecast");
        campaign.MapGet("/audience", async (Guid campaignId, Database database, Texts texts, CancellationToken token) =>
            await database.ReadAsync((db, inner) => db.AudienceFreezes.SingleOrDefaultAsync(row => row.CampaignId == campaignId, inner), token) is { } freeze
                ? (IResult)TypedResults.Ok(freeze) : Refusal.NotFound(campaignId.ToString()).ToProblem(texts)).RequireRole().WithName("GetAudience");
        api.MapPost("/forecasts", async (Brief brief, ReachForecast forecast, Texts texts, CancellationToken token) =>
            (await forecast.ForAsync(brief, null, token)).ToResult(texts)).RequireRole(CustomerRoles.Readers).WithName("ForecastBrief");
    }

    private static async Task<IResult> CountAsync(RuleQuery body, Segments segments, SegmentLibrary library, Texts texts, CancellationToken cancellationToken)
    {
        if (body.Rule is null == body.SegmentId is null)
            return Refusal.Invalid(new FieldProblem("rule", "audience.field.rule-or-segment")).ToProblem(texts);
        if (body.Examples is < 0 or > 50)
            return Refusal.Invalid(new FieldProblem("examples", "audience.field.between", 0, 50)).ToProblem(texts);
        Outcome<string> rule = body.Rule is { } free ? free : await library.ComposeAsync(body.SegmentId!, body.Parameters, cancellationToken);
        if (rule.Refusal is { } refusal)
            return refusal.ToProblem(texts);
        return (await segments.PreviewAsync(rule.Value, body.Examples, cancellationToken)).ToResult(
            texts, preview => TypedResults.Ok(new RuleCount(rule.Value, preview.Count.Scanned, preview.Count.Matched, preview.Count.Nulls, preview.ExternalIds)));
    }

    private static async Task<IResult> PublishAsync(string id, HttpContext http, SegmentLibrary library, Texts texts, CancellationToken cancellationToken)
    {
        var revision = http.ReadIfMatch();
        if (revision.Refusal is { } refusal)
            return refusal.ToProblem(texts);
        return (await library.PublishAsync(id, revision.Value, Actor.From(http.User), cancellationToken)).ToResult(texts, row => TypedResults.Ok(SegmentView.From(row)));
    }
}
