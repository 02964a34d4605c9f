using System.Net;
using System.Text;

namespace Orchestrator.Channels;

/// <summary>Reads a provider's callbacks for one account. Pure: it stores nothing and calls nobody.</summary>
public interface IWebhook
{
    /// <summary>Verifies and reads one request. The host commits receipts and replies before it answers with <see cref="WebhookOutcome.Verified.Answer"/>.</summary>
    WebhookOutcome Receive(WebhookRequest request);
}

/// <summary>One HTTP request from a provider, as received.</summary>
public sealed record WebhookRequest
{
    /// <summary>GET or POST.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>The public URL the provider called, with query; behind a proxy the host rebuilds it from its configured public address.</summary>
    public required Uri Url { get; init; }

    /// <summary>Headers; looked up without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Body as received, at most <see cref="MaxBody"/> bytes (the host cuts off with 413).</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Who connected; null where unknown, which fails an allow-list.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>The last path segment after the account, compared with the account's secret path for providers that do not sign.</summary>
    public string? PathSecret { get; init; }

    /// <summary>The host has compared the secret part of the address with its own of this account: the account's setting need not repeat it.</summary>
    public bool PathVerified { get; init; }

    /// <summary>Largest body an adapter reads.</summary>
    public const int MaxBody = 1 << 20;

    internal string? Header(string name) =>
        Headers.TryGetValue(name, out var value) ? value
        : Headers.FirstOrDefault(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    internal string BodyText => Encoding.UTF8.GetString(Body.Span);

    /// <summary>Never shows query (secrets) or body.</summary>
    public override string ToString() => $"WebhookRequest {Method} ({Body.Length} bytes)";
}

/// <summary>The exact answer the provider expects.</summary>
public sealed record WebhookAnswer(int StatusCode, string ContentType, string Body)
{
    /// <summary>200 with an empty body.</summary>
    public static WebhookAnswer Empty { get; } = new(200, "text/plain; charset=utf-8", "");

    /// <summary>200 with JSON.</summary>
    public static WebhookAnswer Json(string body) => new(200, "application/json; charset=utf-8", body);

    /// <summary>200 with XML.</summary>
    public static WebhookAnswer Xml(string body) => new(200, "text/xml; charset=utf-8", body);

    /// <summary>200 with plain text.</summary>
    public static WebhookAnswer Text(string body) => new(200, "text/plain; charset=utf-8", body);
}

/// <summary>What a callback turned out to be.</summary>
public abstract record WebhookOutcome
{
    private WebhookOutcome() { }

    /// <summary>Genuine. Either list may be empty (an address check, an event of no interest).</summary>
    public sealed record Verified(IReadOnlyList<Receipt> Receipts, IReadOnlyList<Reply> Replies, WebhookAnswer Answer) : WebhookOutcome;

    /// <summary>Signature, secret or sender address is wrong: answer 403, change nothing.</summary>
    public sealed record Forged(string Reason) : WebhookOutcome;

    /// <summary>From the right sender but unreadable: answer 400, change nothing, keep the body for platform.</summary>
    public sealed record Malformed(string Reason) : WebhookOutcome;
}
