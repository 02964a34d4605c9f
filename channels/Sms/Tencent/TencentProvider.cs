using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Tencent;

internal sealed record TencentSettings : ApiSettings
{
    public string SecretId { get; init; } = "";
    public string SecretKey { get; init; } = "";
    public string SdkAppId { get; init; } = "";
    public string SignName { get; init; } = "";
    public string Region { get; init; } = "ap-guangzhou";
    public string? CallbackSecret { get; init; }
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];
}

/// <summary>SMS through Tencent Cloud. Finance content is refused by provider policy.</summary>
internal sealed class TencentProvider : ChannelProvider<TencentSettings>
{
    public override string Name => "tencent-sms";
    public override ChannelKind Kind => ChannelKind.Sms;
    public override string LabelEn => "SMS: Tencent Cloud";
    public override string LabelZh => "短信：腾讯云";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 300, NeedsTemplateCode = true, HasWebhook = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("secretId", SettingType.Text, "Secret id", "SecretId") { Required = true },
        new("secretKey", SettingType.Text, "Secret key", "SecretKey") { Required = true, Secret = true },
        new("sdkAppId", SettingType.Text, "SMS application id", "短信应用 SdkAppId") { Required = true },
        new("signName", SettingType.Text, "Signature", "短信签名") { Required = true },
        new("region", SettingType.Text, "Region", "地域") { Default = "ap-guangzhou" },
        .. ApiSettings.Fields,
        .. ApiSettings.CallbackFields,
    ];

    protected override void Check(TencentSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("secretId", settings.SecretId);
        checks.Required("secretKey", settings.SecretKey);
        checks.Required("sdkAppId", settings.SdkAppId);
        checks.Required("signName", settings.SignName);
        CallbackGate.Check(checks, settings.CallbackSecret, settings.AllowedAddresses);
    }

    protected override IChannel Open(TencentSettings settings, ChannelServices services) => new TencentChannel(this, settings, settings.Http(services, Name));
}
