using Microsoft.Extensions.Primitives;

namespace Orchestrator.Host.Reachouts;

/// <summary>Tells people from programs that fetch links: mail scanners, previews, prefetching browsers. Errs towards "program": a lost click costs less than a false winner.</summary>
internal static class ClickFilter
{
    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(2);

    /// <summary>Parts of the names under which scanners, previews and crawlers introduce themselves.</summary>
    private static readonly string[] Programs =
    [
        "bot", "crawl", "spider", "slurp", "preview", "scan", "monitor", "headless", "phantom", "python", "curl", "wget", "java/", "okhttp", "go-http", "libwww", "httpclient", "axios", "node-fetch",
        "facebookexternalhit", "whatsapp", "telegram", "skypeuripreview", "googleimageproxy", "yahoomailproxy", "outlook-safelinks", "safelinks", "proofpoint", "mimecast", "barracuda", "symantec",
        "trendmicro", "forcepoint", "fortinet", "cisco", "zscaler", "bitdefender", "virustotal", "urldefense",
    ];

    private static readonly string[] PrefetchHeaders = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

    /// <param name="isListed">It comes from a network on a list of programs' networks.</param>
    /// <param name="sinceSent">How long ago the message left; null: not known.</param>
    public static ClickVerdict Of(string method, IHeaderDictionary headers, bool isListed, TimeSpan? sinceSent)
    {
        if (HttpMethods.IsHead(method))
            return ClickVerdict.Head;
        if (PrefetchHeaders.Any(name => Says(headers[name], "prefetch") || Says(headers[name], "preview") || Says(headers[name], "prerender")))
            return ClickVerdict.Prefetch;
        var agent = headers.UserAgent.ToString();
        if (agent.Length == 0 || Programs.Any(name => agent.Contains(name, StringComparison.OrdinalIgnoreCase)))
            return ClickVerdict.Scanner;
        if (isListed)
            return ClickVerdict.Network;
        return sinceSent < TooSoon ? ClickVerdict.Instant : ClickVerdict.Human;
    }

    private static bool Says(StringValues header, string word) => header.ToString().Contains(word, StringComparison.OrdinalIgnoreCase);
}
