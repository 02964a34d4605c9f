using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole.Assets;
using Orchestrator.Host.WebConsole.Pages.Templates;
using Orchestrator.Host.WebConsole.Live;

namespace Orchestrator.Host.WebConsole;

internal static class ConsoleEndpoints
{
    private const string Favicon = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2f5fee"/><path d="M8 16h4.5m7 0H24" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/><path d="M16 9.6 22.4 16 16 22.4 9.6 16Z" fill="none" stroke="#fff" stroke-width="2.4" stroke-linejoin="round"/><circle cx="16" cy="16" r="1.9" fill="#fff"/></svg>""";

    public static void UseConsole(this WebApplication app)
    {
        app.Use(ConsoleProblems.FillAsync);
        app.UseMiddleware<Forms.SentBefore>();
    }

    public static void MapConsole(this IEndpointRouteBuilder app)
    {
        app.MapRazorComponents<App>();
        app.MapGet("/assets/{**path}", (string path, ClientAssets assets, HttpContext http) => assets.Serve(path, http)).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/favicon.svg", () => TypedResults.Text(Favicon, "image/svg+xml")).AllowAnonymous().ExcludeFromDescription();
        var console = app.MapGroup("/console").ExcludeFromDescription();
        console.MapLive();
        console.MapPost("/language", SetLanguage).AllowAnonymous();
        console.MapPost("/sign-out", SignOutAsync);
        console.MapGet("/definitions/{id:guid}.xml", async (Guid id, Database database, CancellationToken token) =>
            await database.ReadAsync((db, inner) => db.Definitions.Where(row => row.Id == id).Select(row => row.Xml).SingleOrDefaultAsync(inner), token) is { } xml ? Results.Text(xml, "application/xml") : Results.NotFound()).RequireRole();
        console.MapGet("/files/{sha256}", FileAsync).RequireRole();
        console.MapTemplateCheck();
        Pages.Definitions.DefinitionConsole.MapDefinitionLint(console);
        Pages.Campaigns.Edit.BriefConsole.MapOccurrences(console);
        Pages.Customers.SegmentConsole.MapSegmentCount(console);
        console.MapPost("/campaigns/{id:guid}/evidence", EvidenceAsync).RequireRole(Role.Auditor, Role.Compliance, Role.Risk, Role.ConsumerProtection, Role.BusinessHead, Role.Executive, Role.Admin);
        console.MapPost("/demo-user", BecomeAsync).AllowAnonymous();
    }

    private static async Task<IResult> EvidenceAsync(Guid id, [FromForm] string? format, EvidencePack evidence, HttpContext http, CancellationToken cancellationToken)
    {
        _ = format;   // A bound form field has the anti-forgery token checked.
        return await evidence.ExportAsync(id, Actor.From(http.User), cancellationToken) is var (name, zip) ? Results.File(zip, "application/zip", name) : Results.NotFound();
    }

    // Only pictures open in the page; everything else is a download, whatever its uploader said it is.
    private static async Task<IResult> FileAsync(string sha256, Database database, CancellationToken cancellationToken)
    {
        var file = await database.ReadAsync((db, token) => db.Files.SingleOrDefaultAsync(row => row.Sha256 == sha256, token), cancellationToken);
        return file switch
        {
            null => Results.NotFound(),
            { MediaType: "image/png" or "image/jpeg" or "image/webp" or "image/gif" } => Results.Bytes(file.Bytes, file.MediaType),
            _ => Results.Bytes(file.Bytes, "application/octet-stream", sha256[..12]),
        };
    }

    private static RedirectHttpResult SetLanguage([FromForm] string language, [FromForm] string? back, HttpContext http)
    {
        var culture = language == Texts.English ? Texts.English : Texts.Chinese;
        http.Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, IsEssential = true });
        return TypedResults.LocalRedirect(LocalOrHome(back));
    }

    private static async Task<RedirectHttpResult> SignOutAsync([FromForm] string? back, HttpContext http)
    {
        _ = back;
        await http.SignOutAsync();
        return TypedResults.LocalRedirect("/sign-in");
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> BecomeAsync([FromForm] string user, [FromForm] string? back, DemoUsers demo, HttpContext http)
    {
        var choices = await demo.ChoicesAsync(http, http.RequestAborted);
        if (choices.FirstOrDefault(choice => choice.UserName == user) is not { } chosen)
            return TypedResults.NotFound();
        await http.SignInAsync(PasswordSignIn.Principal(chosen, Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationDefaults.AuthenticationScheme));
        return TypedResults.LocalRedirect(LocalOrHome(back));
    }

    // A path of this site, never "//elsewhere" or "/\elsewhere".
    private static string LocalOrHome(string? path) => path is { Length: > 0 } && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) ? path : "/";
}
