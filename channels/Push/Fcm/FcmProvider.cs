using System.Security.Cryptography;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.Fcm;

internal sealed record FcmSettings : ApiSettings
{
    public string ProjectId { get; init; } = "";
    public string ClientEmail { get; init; } = "";
    public string PrivateKey { get; init; } = "";

    /// <summary>Where service accounts get their token.</summary>
    public Uri TokenAddress { get; init; } = new("https://oauth2.googleapis.com/token");
}

/// <summary>App push through Firebase Cloud Messaging (outside mainland China).</summary>
internal sealed class FcmProvider : ChannelProvider<FcmSettings>
{
    public override string Name => "fcm";
    public override ChannelKind Kind => ChannelKind.Push;
    public override string LabelEn => "Push: Firebase (FCM)";
    public override string LabelZh => "推送：Firebase（FCM）";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 1000, TokenKind = "fcm", MaxPayloadBytes = 4096 };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("projectId", SettingType.Text, "Project id", "项目 ID") { Required = true },
        new("clientEmail", SettingType.Text, "Service account", "服务账号") { Required = true },
        new("privateKey", SettingType.LongText, "Private key (PEM)", "私钥（PEM）") { Required = true, Secret = true },
        new("tokenAddress", SettingType.Url, "Token address", "令牌地址") { Default = "https://oauth2.googleapis.com/token" },
        .. ApiSettings.Fields,
    ];

    protected override void Check(FcmSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("projectId", settings.ProjectId);
        checks.Required("clientEmail", settings.ClientEmail);
        checks.Endpoint("tokenAddress", settings.TokenAddress);
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(settings.PrivateKey);
        }
        catch (Exception invalid) when (invalid is ArgumentException or CryptographicException)
        {
            checks.Fail("privateKey", "Is no RSA private key in PEM.");
        }
    }

    protected override IChannel Open(FcmSettings settings, ChannelServices services) => new FcmChannel(this, settings, settings.Http(services, Name));
}
