using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.WebConsole.Pages.Templates;

/// <summary>The part of the editing page that follows what is typed.</summary>
internal static class TemplateConsole
{
    public const string Readers = $"{Role.Owner},{Role.BusinessHead},{Role.Risk},{Role.Compliance},{Role.ConsumerProtection},{Role.Platform},{Role.Auditor},{Role.Admin}";
    public const string Writers = $"{Role.Owner},{Role.BusinessHead},{Role.Platform},{Role.Admin}";

    public static void MapTemplateCheck(this RouteGroupBuilder console) =>
        console.MapPost("/templates/check", CheckAsync).RequireRole(Readers.Split(','));

    // Changes nothing, hence no anti-forgery token and no key.
    private static async Task<RazorComponentResult> CheckAsync(Guid? source, HttpContext http, TemplateLibrary library, TextLint lint, TextPreview preview)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var row = source is { } id ? await library.FindAsync(id, http.RequestAborted) : null;
        var check = await TextChecked.OfAsync(PostedText.Read(form, row), form["customer"].ToString().Trim(), lint, preview, http.RequestAborted);
        return new RazorComponentResult<TextCheck>(new { Checked = check });
    }
}
