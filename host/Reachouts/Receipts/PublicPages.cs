using System.Net;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>The two pages that customers see: opting out (RFC 8058: only a POST acts, no cookie, no script) and a campaign's public rules.</summary>
internal static class PublicPages
{
    extension(IEndpointRouteBuilder app)
    {
        public void MapPublicPages()
        {
            app.MapGet("/u/{token}", (string token, UnsubscribeLinks links, Texts texts) => links.Read(token) is null
                ? Page(texts, "unsubscribe.unknown-title", texts["unsubscribe.unknown"], null, StatusCodes.Status404NotFound)
                : Page(texts, "unsubscribe.title", texts["unsubscribe.confirm"], texts["unsubscribe.button"])).AllowAnonymous().ExcludeFromDescription();
            app.MapPost("/u/{token}", UnsubscribeAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
            app.MapMethods("/l/{id}", [HttpMethods.Get, HttpMethods.Head], ClickAsync).AllowAnonymous().ExcludeFromDescription();
            app.MapGet("/rules/{code}", RulesAsync).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static async Task<IResult> UnsubscribeAsync(
        string token, UnsubscribeLinks links, Database database, Consents consents, CampaignEvents events, Texts texts, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } target)
            return Page(texts, "unsubscribe.unknown-title", texts["unsubscribe.unknown"], null, StatusCodes.Status404NotFound);
        // A link of a test send names nobody.
        if (target.CustomerNo != 0)
        {
            await database.WriteAsync(
                async (tx, inner) =>
                {
                    var message = new MessageId(target.OccurrenceId, target.CustomerNo, 0);
                    await consents.OptOutAsync(tx, target.CustomerNo, new OptOut("unsubscribe-link", message.ToString(), target.Channel, target.Purpose), Actor.System, inner);
                    await events.NoteAsync(tx, message, CampaignEventKind.OptOut, inner);
                },
                cancellationToken);
        }
        return Page(texts, "unsubscribe.done-title", texts["unsubscribe.done"], null);
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

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Page(Texts texts, string titleKey, string text, string? button, int status = StatusCodes.Status200OK) => Html(texts[titleKey], text, button, status);

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Html(string title, string text, string? button, int status)
    {
        var form = button is null ? "" : $"<form method=\"post\"><button type=\"submit\" name=\"List-Unsubscribe\" value=\"One-Click\">{WebUtility.HtmlEncode(button)}</button></form>";
        var language = Texts.Language;
        return TypedResults.Content(
            $"""
            <!doctype html>
            <html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{WebUtility.HtmlEncode(title)}</title></head>
            <body><main><h1>{WebUtility.HtmlEncode(title)}</h1><p>{WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>")}</p>{form}</main></body></html>
            """,
            "text/html; charset=utf-8", System.Text.Encoding.UTF8, status);
    }
}
