using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Opting out (RFC 8058: only a POST acts, no cookie, no script). A link that many share asks for the phone number on file.</summary>
internal static partial class PublicPages
{
    private const int LargestForm = 16 * 1024;
    private const string PhoneField = "phone";

    private static ContentHttpResult ShowOptOut(string token, UnsubscribeLinks links, Texts texts) => links.Read(token) switch
    {
        null => UnknownLink(texts),
        { IsShared: true } => PhonePage(texts, "unsubscribe.shared"),
        _ => Page(texts, "unsubscribe.title", texts["unsubscribe.confirm"], $"""<form method="post">{Button(texts)}</form>"""),
    };

    private static async Task<IResult> OptOutAsync(
        string token, HttpContext http, UnsubscribeLinks links, Database database, Consents consents, CampaignEvents events, SharedOptOuts shared, OptOutAttempts attempts, Texts texts, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } target)
            return UnknownLink(texts);
        if (target.IsShared)
            return await OptOutByPhoneAsync(target, http, shared, attempts, texts, cancellationToken);
        // A link of a test send names nobody.
        if (target.CustomerNo != UnsubscribeTarget.Everybody)
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

    private static async Task<IResult> OptOutByPhoneAsync(UnsubscribeTarget target, HttpContext http, SharedOptOuts shared, OptOutAttempts attempts, Texts texts, CancellationToken cancellationToken)
    {
        if (!attempts.Take(http.Connection.RemoteIpAddress))
            return Page(texts, "unsubscribe.too-many-title", texts["unsubscribe.too-many"], null, StatusCodes.Status429TooManyRequests);
        var phone = http.Request.HasFormContentType ? (await http.Request.ReadFormAsync(cancellationToken))[PhoneField].ToString() : "";
        return await shared.AskAsync(target, phone, cancellationToken)
            ? Page(texts, "unsubscribe.shared-done-title", texts["unsubscribe.shared-done"], null)
            : PhonePage(texts, "unsubscribe.not-a-phone", StatusCodes.Status422UnprocessableEntity);
    }

    private static ContentHttpResult UnknownLink(Texts texts) => Page(texts, "unsubscribe.unknown-title", texts["unsubscribe.unknown"], null, StatusCodes.Status404NotFound);

    private static ContentHttpResult PhonePage(Texts texts, string text, int status = StatusCodes.Status200OK) => Page(
        texts, "unsubscribe.title", texts[text],
        $"""<form method="post"><p><label>{WebUtility.HtmlEncode(texts["unsubscribe.phone"])} <input type="tel" name="{PhoneField}" autocomplete="tel" maxlength="20" required></label></p>{Button(texts)}</form>""", status);

    private static string Button(Texts texts) => $"""<button type="submit" name="List-Unsubscribe" value="One-Click">{WebUtility.HtmlEncode(texts["unsubscribe.button"])}</button>""";
}
