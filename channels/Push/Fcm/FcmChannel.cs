using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.Fcm;

internal sealed class FcmChannel : HttpChannel
{
    private const string Scope = "https://www.googleapis.com/auth/firebase.messaging";
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(2_419_200);
    private readonly FcmSettings _settings;
    private readonly RSA _key = RSA.Create();
    private readonly AccessToken _token;

    public FcmChannel(FcmProvider provider, FcmSettings settings, AccountHttp http) : base(provider, http)
    {
        _settings = settings;
        _key.ImportFromPem(settings.PrivateKey);
        _token = new AccessToken(http.Clock, FetchTokenAsync);
    }

    public override ValueTask DisposeAsync()
    {
        _token.Dispose();
        _key.Dispose();
        return base.DisposeAsync();
    }

    protected override Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(Body(message), SettingsJson.Relaxed);
        if (Encoding.UTF8.GetByteCount(body) > 4096) throw new UnusableMessageException("too-long", "FCM takes at most 4096 bytes.");
        return _token.UseAsync(
            async token =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, _settings.Api("https://fcm.googleapis.com", $"/v1/projects/{Uri.EscapeDataString(_settings.ProjectId)}/messages:send"))
                {
                    Content = JsonBody.Content(body),
                    Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
                };
                return Read(await Http.SendAsync(request, cancellationToken));
            },
            cancellationToken);
    }

    /// <summary>Null: the access token was refused.</summary>
    private Delivery? Read(HttpAnswer answer)
    {
        if (answer is not HttpAnswer.Replied reply) return answer.AsDelivery(Now);
        var body = reply.Json();
        if (reply.IsSuccess)
            return body?.Text("name") is { } name ? new Delivery.Accepted(name) : new Delivery.Ambiguous("FCM's reply could not be read.");
        if (body is not { } json || JsonPath.Find(json, "error") is not { } error) return answer.AsDelivery(Now);
        var blamed = FcmCode(error);
        if (blamed is null && reply.Status == System.Net.HttpStatusCode.Unauthorized) return null;
        var text = error.Text("message") ?? "";
        var code = blamed ?? error.Text("status") ?? "";
        Delivery verdict = code switch
        {
            "UNREGISTERED" => new Delivery.PermanentRecipient(code, text, Suppress: true),
            "INVALID_ARGUMENT" when blamed is not null => new Delivery.PermanentRecipient(code, text, Suppress: true),
            "SENDER_ID_MISMATCH" => new Delivery.PermanentRecipient(code, text, Suppress: true),
            "QUOTA_EXCEEDED" or "RESOURCE_EXHAUSTED" => new Delivery.Throttled(reply.RetryAfter(Now, TimeSpan.FromMinutes(1))),
            "UNAVAILABLE" => new Delivery.Throttled(reply.RetryAfter(Now, TimeSpan.FromSeconds(10))),
            "INTERNAL" => new Delivery.Ambiguous(text),
            _ => new Delivery.Configuration(code, text),   // payload, third-party credentials, permission
        };
        return verdict with { ProviderCode = code, ProviderText = Evidence.Cut(text) };
    }

    /// <summary>Only a detail of type FcmError speaks of the token; other errors speak of the request.</summary>
    private static string? FcmCode(JsonElement error)
    {
        if (JsonPath.Find(error, "details") is not { ValueKind: JsonValueKind.Array } details) return null;
        foreach (var detail in details.EnumerateArray())
            if (detail.Text("@type")?.EndsWith("FcmError", StringComparison.Ordinal) == true) return detail.Text("errorCode");
        return null;
    }

    private object Body(OutboundMessage message)
    {
        var life = message.ExpiresAt is { } until ? TimeSpan.FromTicks(Math.Clamp((until - Now).Ticks, 0, LongestLife.Ticks)) : LongestLife;
        var data = new Dictionary<string, string> { ["id"] = message.Echo };
        if (message.Content.Url is { } url) data["url"] = url.AbsoluteUri;
        return new
        {
            message = new
            {
                token = message.Address,
                notification = new { title = message.Content.Title, body = message.Content.Text },
                data,
                android = new { ttl = string.Create(CultureInfo.InvariantCulture, $"{(long)life.TotalSeconds}s") },
                apns = new { headers = new Dictionary<string, string> { ["apns-expiration"] = (Now + life).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) } },
            },
        };
    }

    private async Task<FetchedToken> FetchTokenAsync(CancellationToken cancellationToken)
    {
        var answer = await Http.AskAsync(
            () => new HttpRequestMessage(HttpMethod.Post, _settings.TokenAddress)
            {
                Content = new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", Assertion())]),
            },
            cancellationToken);
        if (answer is not HttpAnswer.Replied { IsSuccess: true } reply || reply.Json() is not { } body || body.Text("access_token") is not { } token)
            return FetchedToken.Failed(answer is HttpAnswer.Replied { Status: System.Net.HttpStatusCode.BadRequest } ? new Delivery.Configuration("token", "Google refuses the service account's key.") : answer.AsDelivery(Now));
        return new FetchedToken(token, TimeSpan.FromSeconds(body.Number("expires_in") ?? 3600));
    }

    private string Assertion()
    {
        var now = Now.ToUnixTimeSeconds();
        lock (_key)
            return SignedToken.Rs256(_key, new { alg = "RS256", typ = "JWT" }, new { iss = _settings.ClientEmail, scope = Scope, aud = _settings.TokenAddress.AbsoluteUri, iat = now, exp = now + 3600 });
    }
}
