using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.WebPush;

internal sealed record WebPushSettings : ApiSettings
{
    /// <summary>VAPID private key: 32 bytes in base64url.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary>VAPID public key: 65 bytes in base64url.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>mailto: or https: address of whom push services may contact.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Push services that subscriptions may name; a leading dot matches subdomains. Subscriptions come from browsers, so this keeps them from pointing elsewhere.</summary>
    public IReadOnlyList<string> PushHosts { get; init; } = ["fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com"];
}

/// <summary>Browser push with VAPID and message encryption.</summary>
internal sealed class WebPushProvider : ChannelProvider<WebPushSettings>
{
    public override string Name => "web-push";
    public override ChannelKind Kind => ChannelKind.Push;
    public override string LabelEn => "Push: browsers (Web Push)";
    public override string LabelZh => "推送：浏览器（Web Push）";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 200, TokenKind = "webpush", MaxPayloadBytes = WebPushEncryption.MaxPlain };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("privateKey", SettingType.Text, "VAPID private key", "VAPID 私钥") { Required = true, Secret = true },
        new("publicKey", SettingType.Text, "VAPID public key", "VAPID 公钥") { Required = true },
        new("subject", SettingType.Text, "Contact", "联系方式") { Required = true, HelpEn = "mailto: or https:.", HelpZh = "mailto: 或 https:。" },
        new("pushHosts", SettingType.List, "Push services", "推送服务域名"),
        .. ApiSettings.Fields,
    ];

    protected override void Check(WebPushSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.When(!settings.Subject.StartsWith("mailto:", StringComparison.Ordinal) && !settings.Subject.StartsWith("https:", StringComparison.Ordinal), "subject", "Begins with mailto: or https:.");
        try
        {
            using var key = Key(settings);
        }
        catch (Exception invalid) when (invalid is FormatException or CryptographicException)
        {
            checks.Fail("privateKey", "Private and public key must be a P-256 pair in base64url.");
        }
    }

    protected override IChannel Open(WebPushSettings settings, ChannelServices services) => new WebPushChannel(this, settings, settings.Http(services, Name));

    internal static ECDsa Key(WebPushSettings settings)
    {
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Decode(settings.PrivateKey), Q = WebPushEncryption.Coordinates(Decode(settings.PublicKey)) };
        return ECDsa.Create(parameters);
    }

    private static byte[] Decode(string text) => Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(text));
}
