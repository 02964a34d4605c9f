using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.JPush;

internal enum JPushClassification { Operational, System }

internal sealed record JPushSettings : ApiSettings
{
    public string AppKey { get; init; } = "";
    public string MasterSecret { get; init; } = "";
    public bool ApnsProduction { get; init; } = true;

    /// <summary>Vendors cap operational messages per day; null derives it from the purpose: marketing is operational, servicing is system.</summary>
    public JPushClassification? Classification { get; init; }

    /// <summary>Android notification channel registered with the vendors.</summary>
    public string? AndroidChannelId { get; init; }

    /// <summary>Where delivery statistics are asked for.</summary>
    public Uri? ReportAddress { get; init; }
}

/// <summary>App push in mainland China through JPush v3.</summary>
internal sealed class JPushProvider : ChannelProvider<JPushSettings>
{
    public override string Name => "jpush";
    public override ChannelKind Kind => ChannelKind.Push;
    public override string LabelEn => "Push: JPush";
    public override string LabelZh => "推送：极光";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 10, MaxPayloadBytes = 4000 };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("appKey", SettingType.Text, "App key", "AppKey") { Required = true },
        new("masterSecret", SettingType.Text, "Master secret", "Master Secret") { Required = true, Secret = true },
        new("apnsProduction", SettingType.Switch, "APNs production", "APNs 生产环境") { Default = "true" },
        new("classification", SettingType.Choice, "Message category", "消息分类") { Choices = ["operational", "system"], HelpEn = "Empty: marketing is operational, servicing is system.", HelpZh = "留空：营销为运营消息，服务为系统消息。" },
        new("androidChannelId", SettingType.Text, "Android channel", "安卓通道编号"),
        new("reportAddress", SettingType.Url, "Report API address", "统计接口地址"),
        .. ApiSettings.Fields,
    ];

    protected override void Check(JPushSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("appKey", settings.AppKey);
        checks.Required("masterSecret", settings.MasterSecret);
        if (settings.ReportAddress is not null) checks.Endpoint("reportAddress", settings.ReportAddress);
    }

    protected override IChannel Open(JPushSettings settings, ChannelServices services) => new JPushChannel(this, settings, settings.Http(services, Name));
}
