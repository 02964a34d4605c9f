using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.Apns;

internal sealed class ApnsChannel : HttpChannel
{
    private readonly ApnsSettings _settings;
    private readonly ECDsa _key = ECDsa.Create();
    private readonly AccessToken _token;

    public ApnsChannel(ApnsProvider provider, ApnsSettings settings, AccountHttp http) : base(provider, http)
    {
        _settings = settings;
        _key.ImportFromPem(settings.PrivateKey);
        _token = new AccessToken(http.Clock, _ => Task.FromResult(new FetchedToken(Sign(), TimeSpan.FromMinutes(50))));   // Apple: renew after 20 to 60 minutes
    }

    public override ValueTask DisposeAsync()
    {
        _token.Dispose();
        _key.Dispose();
        return base.DisposeAsync();
    }

    protected override Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        if (message.Address.Length is < 1 or > 200 || !message.Address.All(char.IsAsciiHexDigit))
            return Task.FromResult<Delivery>(new Delivery.PermanentRecipient("BadDeviceToken", "The device token is not hexadecimal.", Suppress: true));
        var body = JsonSerializer.Serialize(Body(message), SettingsJson.Relaxed);
        if (Encoding.UTF8.GetByteCount(body) > 4096) throw new UnusableMessageException("PayloadTooLarge", "APNs takes at most 4096 bytes.");
        return _token.UseAsync(async token => Read(await Http.SendAsync(Request(message, body, token), cancellationToken)), cancellationToken);
    }

    /// <summary>The same id for the same attempt, as Apple wants it: a UUID.</summary>
    internal static string ApnsId(string echo) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(echo)).AsSpan(0, 16)).ToString("D").ToUpperInvariant();

    private HttpRequestMessage Request(OutboundMessage message, string body, string token)
    {
        var host = _settings.Production ? "https://api.push.apple.com" : "https://api.sandbox.push.apple.com";
        var request = new HttpRequestMessage(HttpMethod.Post, _settings.Api(host, $"/3/device/{message.Address}"))
        {
            Content = JsonBody.Content(body),
            Headers = { Authorization = new AuthenticationHeaderValue("bearer", token) },
        };
        request.Headers.Add("apns-topic", _settings.Topic);
        request.Headers.Add("apns-push-type", "alert");
        request.Headers.Add("apns-priority", message.Purpose == Purpose.Marketing ? "5" : "10");
        request.Headers.Add("apns-id", ApnsId(message.Echo));
        if (message.ExpiresAt is { } until) request.Headers.Add("apns-expiration", until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return request;
    }

    /// <summary>Null: the provider token was refused as expired.</summary>
    private Delivery? Read(HttpAnswer answer)
    {
        if (answer is not HttpAnswer.Replied reply) return answer.AsDelivery(Now);
        // A success has no body; anything else under 200 is not Apple's answer.
        if (reply.IsSuccess)
            return reply.Body.Length == 0 && reply.Header("apns-id") is { } id ? new Delivery.Accepted(id) : new Delivery.Ambiguous("Apple's reply could not be read.");
        if (reply.Json()?.Text("reason") is not { } reason) return answer.AsDelivery(Now);
        Delivery? verdict = reason switch
        {
            "Unregistered" or "ExpiredToken" or "BadDeviceToken" or "DeviceTokenNotForTopic" => new Delivery.PermanentRecipient(reason, "The device token is no longer valid.", Suppress: true),
            "ExpiredProviderToken" => null,
            "TooManyRequests" => new Delivery.Throttled(reply.RetryAfter(Now, TimeSpan.FromMinutes(1))),
            "TooManyProviderTokenUpdates" => new Delivery.Throttled(Now + TimeSpan.FromMinutes(20)),
            "ServiceUnavailable" or "Shutdown" => new Delivery.RetrySafe("Apple's server is going away."),
            "InternalServerError" => new Delivery.Ambiguous("Apple's server failed."),
            _ => new Delivery.Configuration(reason, "Apple refused the request."),
        };
        return verdict is null ? null : verdict with { ProviderCode = reason };
    }

    private static Dictionary<string, object?> Body(OutboundMessage message) => new()
    {
        ["aps"] = new { alert = new { title = message.Content.Title, body = message.Content.Text }, sound = "default" },
        ["id"] = message.Echo,
        ["url"] = message.Content.Url?.AbsoluteUri ?? "",
    };

    private string Sign()
    {
        lock (_key)
            return SignedToken.Es256(_key, new { alg = "ES256", kid = _settings.KeyId }, new { iss = _settings.TeamId, iat = Now.ToUnixTimeSeconds() });
    }
}
