using System.Globalization;
using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <param name="Brief">The brief; its dates are checked by hand so that an impossible one is named.</param>
/// <param name="Sop">Key of the SOP; null takes the standard one.</param>
public sealed record NewCampaign(JsonElement Brief, string? Sop = null);

public sealed record CloneRequest(string Start, string? Name = null);

public sealed record ReasonRequest(string Reason);

/// <summary>Reply to creating, reading and editing.</summary>
public sealed record CampaignReply(Guid Id, string Code, string Name, string Owner, string Status, string? StatusReason, string? Stage, string? Level, long Version, string PackageHash, string? ApprovedHash)
{
    public static CampaignReply From(Campaign row) => new(row.Id, row.Code, row.Name, row.Owner, row.Status, row.StatusReason, row.Stage, row.Level, row.Version, row.PackageHash, row.ApprovedHash);

    /// <summary>After a pause: what went out, what is kept back, and what may still be leaving.</summary>
    public BarrierResult? Sending { get; init; }
}

public sealed record EditReply(CampaignReply Campaign, IReadOnlyList<string> ChangedParts, IReadOnlyDictionary<string, IReadOnlyList<string>> Voided, bool Paused);

internal static class CampaignEndpoints
{
    public static void MapCampaigns(this RouteGroupBuilder api)
    {
        var campaigns = api.MapGroup("/campaigns");
        campaigns.MapGet("", ListAsync).RequireRole().WithName("ListCampaigns");
        campaigns.MapPost("", CreateAsync).RequireRole(Role.Owner).WithName("CreateCampaign");
        campaigns.MapGet("/board", async (CampaignQueries queries, CancellationToken token) => await queries.BoardAsync(token)).RequireRole().WithName("GetBoard");
        campaigns.MapGet("/{id:guid}", GetAsync).RequireRole().WithName("GetCampaign");
        campaigns.MapPut("/{id:guid}/brief", EditAsync).RequireRole(Role.Owner, Role.Platform).WithName("EditBrief");
        campaigns.MapPost("/{id:guid}/clone", CloneAsync).RequireRole(Role.Owner).WithName("CloneCampaign");
        campaigns.MapGet("/{id:guid}/submission", PreviewAsync).RequireRole().WithName("PreviewSubmission");
        campaigns.MapPost("/{id:guid}/pause", PauseAsync).RequireRole(Role.Owner, Role.BusinessHead).WithName("PauseCampaign");
        campaigns.MapPost("/{id:guid}/resume", async (Guid id, CampaignDesk desk, Actor actor, Texts texts, CancellationToken token) =>
            (await desk.ResumeAsync(id, actor, token)).ToResult(texts, row => TypedResults.Ok(CampaignReply.From(row)))).RequireRole(Role.Owner, Role.BusinessHead).WithName("ResumeCampaign");
        campaigns.MapPost("/{id:guid}/cancellation", CancelAsync).RequireRole(Role.Owner, Role.BusinessHead).WithName("CancelCampaign");

        api.MapLegalLimits();
        api.MapPost("/files", UploadAsync).RequireRole().DisableAntiforgery().WithName("UploadFile");
        api.MapGet("/files/{sha256}", DownloadAsync).RequireRole().WithName("DownloadFile");
    }

    private static async Task<IResult> ListAsync(
        string? status, string? stage, string? owner, string? text, string? objective, bool? open, CampaignQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.ListAsync(new CampaignFilter(status, stage, owner, text, objective, open ?? false), cancellationToken));

    private static async Task<IResult> CreateAsync(NewCampaign body, HttpContext http, CampaignDesk desk, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var brief = BriefReading.Read(body.Brief);
        if (brief.Refusal is { } unreadable)
            return unreadable.ToProblem(texts);
        return (await desk.CreateAsync(brief.Value, body.Sop, actor, cancellationToken)).ToResult(texts, row => Created(http, row));
    }

    private static async Task<IResult> CloneAsync(Guid id, CloneRequest body, HttpContext http, CampaignDesk desk, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (!DateOnly.TryParseExact(body.Start, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start))
            return Refusal.Invalid(new FieldProblem("start", "field.date-impossible", body.Start)).ToProblem(texts);
        return (await desk.CloneAsync(id, body.Name, start, actor, cancellationToken)).ToResult(texts, row => Created(http, row));
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, CampaignQueries queries, Texts texts, CancellationToken cancellationToken)
    {
        if (await queries.PageAsync(id, cancellationToken) is not { } page)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        http.SetETag(page.Version);
        return TypedResults.Ok(page);
    }

    /// <summary>200 when nothing is in flight any more, else 202 with the count that still is.</summary>
    private static async Task<IResult> PauseAsync(Guid id, ReasonRequest body, CampaignDesk desk, ReachoutControls controls, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var outcome = await desk.PauseAsync(id, body.Reason, actor, cancellationToken);
        if (outcome.Refusal is { } refusal)
            return refusal.ToProblem(texts);
        var sending = await controls.WaitAsync(ControlScope.Campaign(id), TimeSpan.Zero, cancellationToken);
        var reply = CampaignReply.From(outcome.Value) with { Sending = sending };
        return sending.IsComplete ? TypedResults.Ok(reply) : TypedResults.Accepted((string?)null, reply);
    }

    private static async Task<IResult> CancelAsync(Guid id, ReasonRequest body, CampaignDesk desk, ReachoutControls controls, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var outcome = await desk.CancelAsync(id, body.Reason, actor, cancellationToken);
        if (outcome.Refusal is { } refusal)
            return refusal.ToProblem(texts);
        var sending = await controls.WaitAsync(ControlScope.Campaign(id), TimeSpan.Zero, cancellationToken);
        return sending.IsComplete ? TypedResults.NoContent() : TypedResults.Accepted((string?)null, sending);
    }

    private static async Task<IResult> EditAsync(Guid id, JsonElement body, HttpContext http, CampaignDesk desk, ReachoutControls controls, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var version = http.ReadIfMatch();
        if (version.Refusal is { } refusal)
            return refusal.ToProblem(texts);
        var brief = BriefReading.Read(body);
        if (brief.Refusal is { } unreadable)
            return unreadable.ToProblem(texts);
        var outcome = await desk.EditAsync(id, version.Value, brief.Value, actor, cancellationToken);
        if (outcome.Refusal is { } refused)
            return refused.ToProblem(texts);
        var edit = outcome.Value;
        http.SetETag(edit.Campaign.Version);
        var sending = edit.Paused ? await controls.WaitAsync(ControlScope.Campaign(id), TimeSpan.Zero, cancellationToken) : null;
        var reply = new EditReply(CampaignReply.From(edit.Campaign) with { Sending = sending }, edit.ChangedParts, edit.Voided, edit.Paused);
        return sending is { IsComplete: false } ? TypedResults.Accepted((string?)null, reply) : TypedResults.Ok(reply);
    }

    private static async Task<IResult> PreviewAsync(Guid id, CampaignQueries queries, Texts texts, CancellationToken cancellationToken) =>
        await queries.PreviewAsync(id, cancellationToken) is { } preview ? TypedResults.Ok(preview) : Refusal.NotFound(id.ToString()).ToProblem(texts);

    private static async Task<IResult> UploadAsync(IFormFile file, Files files, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (file.Length > Files.SizeLimit)
            return Refusal.Invalid(new FieldProblem("file", "field.file-large", Files.SizeLimit / 1024 / 1024)).ToProblem(texts);
        using var buffer = new MemoryStream();
        await file.CopyToAsync(buffer, cancellationToken);
        return (await files.AddAsync(file.FileName, file.ContentType, buffer.ToArray(), actor, cancellationToken)).ToResult(texts);
    }

    private static async Task<IResult> DownloadAsync(string sha256, HttpContext http, Files files, Texts texts, CancellationToken cancellationToken)
    {
        if (await files.FindAsync(sha256, cancellationToken) is not { } file)
            return Refusal.NotFound(sha256).ToProblem(texts);
        // Uploaded content must never run in the console's origin.
        http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.File(file.Bytes, file.MediaType, entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{file.Sha256}\""));
    }

    private static Microsoft.AspNetCore.Http.HttpResults.Created<CampaignReply> Created(HttpContext http, Campaign row)
    {
        http.SetETag(row.Version);
        return TypedResults.Created($"/api/v1/campaigns/{row.Id}", CampaignReply.From(row));
    }
}
