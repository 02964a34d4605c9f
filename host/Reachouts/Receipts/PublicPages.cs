using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>The pages that customers see: a campaign's public rules, where a short address leads, and opting out (PublicPages.OptOut.cs).</summary>
internal static partial class PublicPages
{
    extension(IEndpointRouteBuilder app)
    {
        public void MapPublicPages()
        {
            app.MapGet("/u/{token}", ShowOptOut).AllowAnonymous().ExcludeFromDescription();
            app.MapPost("/u/{token}", OptOutAsync).AllowAnonymous().DisableAntiforgery().WithMetadata(new RequestSizeLimitAttribute(LargestForm)).ExcludeFromDescription();
            app.MapMethods("/l/{id}", [HttpMethods.Get, HttpMethods.Head], ClickAsync).AllowAnonymous().ExcludeFromDescription();
            app.MapGet("/rules/{code}", RulesAsync).AllowAnonymous().ExcludeFromDescription();
        }
    }

    /// <summary>A short address: counted, then on to where it leads. Nothing of it may stay in a cache.</summary>
    private static async Task<IResult> ClickAsync(string id, Clicks clicks, HttpContext http, Texts texts, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return await clicks.TakeAsync(id, http.Request.Method, http.Request.Headers, http.Connection.RemoteIpAddress, cancellationToken) switch
        {
            ClickResult.Goes goes => TypedResults.Redirect(goes.Target),
            ClickResult.Expired => Page(texts, "link.expired-title", texts["link.expired"], null, StatusCodes.Status410Gone),
            _ => Page(texts, "link.unknown-title", texts["link.unknown"], null, StatusCodes.Status404NotFound),
        };
    }

    private static async Task<IResult> RulesAsync(string code, Database database, Texts texts, CancellationToken cancellationToken)
    {
        var campaign = await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Code == code && row.LaunchedAt != null, token), cancellationToken);
        if (campaign?.Brief().Rules is not { } rules)
            return Page(texts, "rules.unknown-title", texts["rules.unknown"], null, StatusCodes.Status404NotFound);
        return Html(campaign.Name, Texts.IsChinese ? rules.Chinese : rules.English ?? rules.Chinese, null, StatusCodes.Status200OK);
    }

    private static ContentHttpResult Page(Texts texts, string titleKey, string text, string? form, int status = StatusCodes.Status200OK) => Html(texts[titleKey], text, form, status);

    /// <param name="title">Plain text.</param>
    /// <param name="text">Plain text.</param>
    /// <param name="form">HTML.</param>
    /// <param name="status">Of HTTP.</param>
    private static ContentHttpResult Html(string title, string text, string? form, int status) => TypedResults.Content(
        $"""
        <!doctype html>
        <html lang="{Texts.Language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{WebUtility.HtmlEncode(title)}</title></head>
        <body><main><h1>{WebUtility.HtmlEncode(title)}</h1><p>{WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>")}</p>{form}</main></body></html>
        """,
        "text/html; charset=utf-8", System.Text.Encoding.UTF8, status);
}
