using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.WebPush;

internal sealed class WebPushChannel(WebPushProvider provider, WebPushSettings settings, AccountHttp http) : HttpChannel(provider, http)
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(12);
    private readonly ECDsa _key = WebPushProvider.Key(settings);
    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Until)> _tokens = new();

    public override ValueTask DisposeAsync()
    {
        _key.Dispose();
        return base.DisposeAsync();
    }

    protected override async Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        if (PushSubscription.TryParse(message.Address) is not { } subscription)
            return new Delivery.PermanentRecipient("subscription", "The address is no push subscription.", Suppress: true);
        if (!settings.PushHosts.Any(host => Matches(subscription.Endpoint.Host, host)))
            return new Delivery.PermanentRecipient("push-host", "The subscription names a push service that the account does not allow.", Suppress: false);
        var plain = JsonSerializer.SerializeToUtf8Bytes(
            new { title = message.Content.Title, body = message.Content.Text, url = message.Content.Url?.AbsoluteUri, id = message.Echo }, SettingsJson.Relaxed);
        if (plain.Length > WebPushEncryption.MaxPlain) throw new UnusableMessageException("too-long", $"Web Push takes at most {WebPushEncryption.MaxPlain} bytes.");

        var request = new HttpRequestMessage(HttpMethod.Post, subscription.Endpoint) { Content = new ByteArrayContent(WebPushEncryption.Encrypt(plain, subscription.Key, subscription.Auth)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentEncoding.Add("aes128gcm");
        request.Headers.TryAddWithoutValidation("Authorization", $"vapid t={Token(subscription.Endpoint)}, k={settings.PublicKey}");
        request.Headers.Add("TTL", ((long)Math.Clamp(((message.ExpiresAt ?? Now.AddDays(1)) - Now).TotalSeconds, 0, 2_419_200)).ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Urgency", message.Purpose == Purpose.Marketing ? "low" : "normal");
        return Read(await Http.SendAsync(request, cancellationToken));
    }

    private Delivery Read(HttpAnswer answer) => answer switch
    {
        HttpAnswer.Replied { Status: System.Net.HttpStatusCode.Created } reply => new Delivery.Accepted(reply.Header("Location")),
        HttpAnswer.Replied { IsSuccess: true } => new Delivery.Ambiguous("The push service's answer is not the expected 201."),
        HttpAnswer.Replied { Status: System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Gone } reply =>
            new Delivery.PermanentRecipient(((int)reply.Status).ToString(CultureInfo.InvariantCulture), "The subscription is gone.", Suppress: true),
        _ => answer.AsDelivery(Now),
    };

    private string Token(Uri endpoint)
    {
        var origin = endpoint.GetLeftPart(UriPartial.Authority);
        if (_tokens.TryGetValue(origin, out var kept) && Now < kept.Until - TimeSpan.FromHours(1)) return kept.Token;
        var until = Now + TokenLife;
        string token;
        lock (_key) token = SignedToken.Es256(_key, new { typ = "JWT", alg = "ES256" }, new { aud = origin, exp = until.ToUnixTimeSeconds(), sub = settings.Subject });
        _tokens[origin] = (token, until);
        return token;
    }

    private static bool Matches(string host, string allowed) =>
        allowed.StartsWith('.') ? host.EndsWith(allowed, StringComparison.OrdinalIgnoreCase) : string.Equals(host, allowed, StringComparison.OrdinalIgnoreCase);
}
