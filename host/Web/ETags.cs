using System.Globalization;

namespace Orchestrator.Host.Web;

/// <summary>Optimistic concurrency at the edge (RFC 9110 §13): every editable thing has a version, given as a strong ETag and asked back in If-Match.</summary>
internal static class ETags
{
    public static void SetETag(this HttpContext http, long version) =>
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <returns>The version the caller read, or a refusal: 428 without the header, 412 where it is none of ours.</returns>
    public static Outcome<long> ReadIfMatch(this HttpContext http)
    {
        var header = http.Request.Headers.IfMatch.ToString();
        if (header.Length == 0)
            return new Refusal("if-match-required", StatusCodes.Status428PreconditionRequired);
        return long.TryParse(header.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : Refusal.Stale;
    }
}
