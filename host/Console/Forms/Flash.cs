using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>A short message that survives one redirect: the key of a text and what goes into it.</summary>
internal sealed record FlashMessage(string Key, IReadOnlyList<string> Args);

internal static class Flash
{
    private const string Cookie = "orchestrator-flash";
    private const int Limit = 2000;

    public static void Leave(HttpContext http, string key, params string[] args)
    {
        var text = WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(new FlashMessage(key, args)));
        if (text.Length <= Limit)
            http.Response.Cookies.Append(Cookie, text, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromMinutes(1), IsEssential = true });
    }

    /// <returns>Null when there is none, or when the cookie is not one of ours.</returns>
    public static FlashMessage? Take(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || !http.Request.Cookies.TryGetValue(Cookie, out var text))
            return null;
        if (!http.Response.HasStarted)
            http.Response.Cookies.Delete(Cookie);
        try
        {
            return JsonSerializer.Deserialize<FlashMessage>(WebEncoders.Base64UrlDecode(text));
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }
}
