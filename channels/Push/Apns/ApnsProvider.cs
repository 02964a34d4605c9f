using System.Security.Cryptography;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.Apns;

internal sealed record ApnsSettings : ApiSettings
{
    public string TeamId { get; init; } = "";
    public string KeyId { get; init; } = "";
    public string PrivateKey { get; init; } = "";

    /// <summary>The app's bundle id.</summary>
    public string Topic { get; init; } = "";
    public bool Production { get; init; } = true;
}

/// <summary>App push to Apple devices with a provider token.</summary>
internal sealed class ApnsProvider : ChannelProvider<ApnsSettings>
{
    public override string Name => "apns";
    public override ChannelKind Kind => ChannelKind.Push;
    public override string LabelEn => "Push: Apple (APNs)";
    public override string LabelZh => "推送：苹果（APNs）";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 1000, TokenKind = "apns", MaxPayloadBytes = 4096 };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("teamId", SettingType.Text, "Team id", "Team ID") { Required = true },
        new("keyId", SettingType.Text, "Key id", "Key ID") { Required = true },
        new("privateKey", SettingType.LongText, "Private key (.p8)", "私钥（.p8）") { Required = true, Secret = true },
        new("topic", SettingType.Text, "Topic (bundle id)", "Topic（Bundle ID）") { Required = true },
        new("production", SettingType.Switch, "Production", "生产环境") { Default = "true" },
        .. ApiSettings.Fields,
    ];

    protected override void Check(ApnsSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("teamId", settings.TeamId);
        checks.Required("keyId", settings.KeyId);
        checks.Required("topic", settings.Topic);
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(settings.PrivateKey);
            checks.When(key.KeySize != 256, "privateKey", "Must be a P-256 key.");
        }
        catch (Exception invalid) when (invalid is ArgumentException or CryptographicException)
        {
            checks.Fail("privateKey", "Is no private key in PEM.");
        }
    }

    protected override IChannel Open(ApnsSettings settings, ChannelServices services) => new ApnsChannel(this, settings, settings.Http(services, Name, http2: true));
}
