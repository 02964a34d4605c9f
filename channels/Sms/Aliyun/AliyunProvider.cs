using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Aliyun;

internal sealed record AliyunSettings : ApiSettings
{
    public string AccessKeyId { get; init; } = "";
    public string AccessKeySecret { get; init; } = "";
    public string SignName { get; init; } = "";

    /// <summary>Sends messages of one template in calls of up to 100. Faster, but an unknown call leaves all of its messages unknown.</summary>
    public bool Batch { get; init; }
    public string? CallbackSecret { get; init; }
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];
}

/// <summary>SMS through Aliyun (Dysmsapi). Finance content is refused by provider policy.</summary>
internal sealed class AliyunProvider : ChannelProvider<AliyunSettings>
{
    public override string Name => "aliyun-sms";
    public override ChannelKind Kind => ChannelKind.Sms;
    public override string LabelEn => "SMS: Aliyun";
    public override string LabelZh => "短信：阿里云";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 500, NeedsTemplateCode = true, HasWebhook = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("accessKeyId", SettingType.Text, "AccessKey id", "AccessKey ID") { Required = true },
        new("accessKeySecret", SettingType.Text, "AccessKey secret", "AccessKey Secret") { Required = true, Secret = true },
        new("signName", SettingType.Text, "Signature", "短信签名") { Required = true, HelpEn = "Registered with Aliyun, without brackets.", HelpZh = "已报备的签名，不含【】。" },
        new("batch", SettingType.Switch, "Send in batches", "批量发送") { Default = "false" },
        .. ApiSettings.Fields,
        .. ApiSettings.CallbackFields,
    ];

    protected override void Check(AliyunSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("accessKeyId", settings.AccessKeyId);
        checks.Required("accessKeySecret", settings.AccessKeySecret);
        checks.Required("signName", settings.SignName);
        CallbackGate.Check(checks, settings.CallbackSecret, settings.AllowedAddresses);
    }

    protected override IChannel Open(AliyunSettings settings, ChannelServices services) => new AliyunChannel(this, settings, settings.Http(services, Name));
}
