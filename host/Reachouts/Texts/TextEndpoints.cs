using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>A library text with what the checks say of it.</summary>
/// <param name="Text">Ready to be put into a phase of a brief.</param>
/// <param name="IsForCampaigns">Campaigns fill every variable that it requires.</param>
public sealed record TemplateReply(TemplateSummary Template, MessageText Text, IReadOnlyList<TemplateVariable> Variables, bool IsForCampaigns, LintReply Lint);

/// <summary>What changed between two versions, part by part.</summary>
public sealed record TemplateDiffReply(int Before, int After, IReadOnlyList<DiffSpan> Title, IReadOnlyList<DiffSpan> Body, IReadOnlyList<DiffSpan> Html)
{
    internal static TemplateDiffReply Between(TemplateVersion? before, TemplateVersion after) => new(
        before?.Version ?? 0, after.Version,
        TemplateDiff.Compare(before?.Title, after.Title), TemplateDiff.Compare(before?.Body, after.Body), TemplateDiff.Compare(before?.Html, after.Html));
}

/// <param name="Customer">External id of the customer whose values fill the text; it still goes to the account's seed recipients only.</param>
/// <param name="Step">0: the first message of the phase; 1 … its steps.</param>
/// <param name="Variant">Key of the variant of the first message; null: the phase's own texts.</param>
public sealed record CampaignTestSend(string Phase, string Channel, string Language = "zh-CN", string? Customer = null, int Step = 0, string? Variant = null);

internal static class TextEndpoints
{
    internal static readonly string[] Readers = [Role.Owner, Role.BusinessHead, Role.Risk, Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor];
    internal static readonly string[] Writers = [Role.Owner, Role.BusinessHead, Role.Platform];
    internal static readonly string[] Publishers = [Role.Compliance, Role.ConsumerProtection, Role.BusinessHead];

    public static void MapTexts(this RouteGroupBuilder api)
    {
        var templates = api.MapGroup("/templates");
        templates.MapGet("", ListAsync).RequireRole(Readers).WithName("ListTemplates");
        templates.MapPost("", AddAsync).RequireRole(Writers).WithName("AddTemplate");
        templates.MapGet("/texts", async (string key, TemplateLibrary library, CancellationToken token) => await library.TextsAsync(key, token)).RequireRole(Readers).WithName("GetTemplateTexts");
        templates.MapPost("/lint", async (LintRequest body, TextLint lint, Texts texts, CancellationToken token) => (await lint.LintAsync(body, token)).ToResult(texts)).RequireRole(Readers).WithName("LintText");
        templates.MapPost("/preview", async (PreviewRequest body, TextPreview preview, Actor actor, Texts texts, CancellationToken token) => (await preview.RenderAsync(body, actor, token)).ToResult(texts)).RequireRole(Readers).WithName("PreviewText");
        templates.MapGet("/{id:guid}", GetAsync).RequireRole(Readers).WithName("GetTemplate");
        templates.MapPut("/{id:guid}", EditAsync).RequireRole(Writers).WithName("EditTemplate");
        templates.MapDelete("/{id:guid}", DiscardAsync).RequireRole(Writers).WithName("DiscardTemplate");
        templates.MapGet("/{id:guid}/versions", VersionsAsync).RequireRole(Readers).WithName("ListTemplateVersions");
        templates.MapGet("/{id:guid}/diff", DiffAsync).RequireRole(Readers).WithName("DiffTemplate");
        templates.MapPost("/{id:guid}/publication", PublishAsync).RequireRole(Publishers).WithName("PublishTemplate");
        templates.MapPost("/{id:guid}/retirement", async (Guid id, ReasonRequest body, TemplateLibrary library, Actor actor, Texts texts, CancellationToken token) =>
            (await library.RetireAsync(id, body.Reason, actor, token)).ToResult(texts, row => TypedResults.Ok(TemplateSummary.From(row)))).RequireRole(Publishers).WithName("RetireTemplate");

        api.MapPost("/campaigns/{id:guid}/test-sends", async (Guid id, CampaignTestSend body, TestSends sends, Actor actor, Texts texts, CancellationToken token) =>
            (await sends.SendAsync(id, new TestMessage(body.Phase, body.Step, body.Variant, body.Language, body.Customer), body.Channel, actor, token)).ToResult(texts)).RequireRole(Role.Platform, Role.Owner).WithName("TestSendCampaign");
    }

    private static async Task<IResult> ListAsync(string? set, string? channel, string? language, string? state, TemplateLibrary library, Texts texts, CancellationToken cancellationToken)
    {
        TemplateState? wanted = Enum.TryParse<TemplateState>(state, ignoreCase: true, out var parsed) ? parsed : null;
        if (state is not null && wanted is null)
            return Refusal.Invalid(new FieldProblem("state", "field.choice-of", state, "draft, published, retired")).ToProblem(texts);
        return TypedResults.Ok((await library.ListAsync(new TemplateFilter(set, channel, language, wanted), cancellationToken)).Select(TemplateSummary.From));
    }

    private static async Task<IResult> AddAsync(NewTemplate body, HttpContext http, TemplateLibrary library, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        (await library.AddAsync(body, actor, cancellationToken)).ToResult(texts, row =>
        {
            http.SetETag(row.Revision);
            return TypedResults.Created($"/api/v1/templates/{row.Id}", TemplateSummary.From(row));
        });

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, TemplateLibrary library, TextLint lint, Texts texts, CancellationToken cancellationToken)
    {
        if (await library.FindAsync(id, cancellationToken) is not { } row)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        http.SetETag(row.Revision);
        var template = row.Template();
        return TypedResults.Ok(new TemplateReply(
            TemplateSummary.From(row), TemplateLibrary.TextOf(row), template.Variables, TemplateLibrary.IsForCampaigns(row), await lint.LintAsync(template, null, cancellationToken)));
    }

    private static async Task<IResult> EditAsync(Guid id, TemplateEdit body, HttpContext http, TemplateLibrary library, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        http.ReadIfMatch() is { Refusal: null } revision ? Changed(await library.EditAsync(id, revision.Value, body, actor, cancellationToken), http, texts) : http.ReadIfMatch().ToResult(texts);

    private static async Task<IResult> DiscardAsync(Guid id, HttpContext http, TemplateLibrary library, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        http.ReadIfMatch() is { Refusal: null } revision
            ? (await library.DiscardAsync(id, revision.Value, actor, cancellationToken)).ToResult(texts, _ => TypedResults.NoContent())
            : http.ReadIfMatch().ToResult(texts);

    private static async Task<IResult> PublishAsync(Guid id, HttpContext http, TemplateLibrary library, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        http.ReadIfMatch() is { Refusal: null } revision ? Changed(await library.PublishAsync(id, revision.Value, actor, cancellationToken), http, texts) : http.ReadIfMatch().ToResult(texts);

    private static async Task<IResult> VersionsAsync(Guid id, TemplateLibrary library, Texts texts, CancellationToken cancellationToken) =>
        await library.VersionsAsync(id, cancellationToken) is { Count: > 0 } versions ? TypedResults.Ok(versions.Select(TemplateSummary.From)) : Refusal.NotFound(id.ToString()).ToProblem(texts);

    /// <summary>Against the version named, else against the one before.</summary>
    private static async Task<IResult> DiffAsync(Guid id, int? against, TemplateLibrary library, Texts texts, CancellationToken cancellationToken)
    {
        var versions = await library.VersionsAsync(id, cancellationToken);
        var after = versions.FirstOrDefault(row => row.Id == id);
        var before = versions.FirstOrDefault(row => against is null ? row.Version < after?.Version : row.Version == against);
        if (after is null || (against is not null && before is null))
            return Refusal.NotFound(against?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? id.ToString()).ToProblem(texts);
        return TypedResults.Ok(TemplateDiffReply.Between(before, after));
    }

    private static IResult Changed(Outcome<TemplateVersion> outcome, HttpContext http, Texts texts) => outcome.ToResult(texts, row =>
    {
        http.SetETag(row.Revision);
        return TypedResults.Ok(TemplateSummary.From(row));
    });
}
