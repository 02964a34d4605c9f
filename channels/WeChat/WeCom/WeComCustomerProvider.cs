using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat.WeCom;

internal sealed record WeComCustomerSettings : ApiSettings
{
    public string CorpId { get; init; } = "";
    public string Secret { get; init; } = "";

    /// <summary>Staff member who sends where a message names none (extra <c>sender</c>).</summary>
    public string? Sender { get; init; }
    public string? CallbackToken { get; init; }
    public string? EncodingAesKey { get; init; }
}

/// <summary>WeCom customer mass messages (客户群发): each call makes a task that staff must confirm.</summary>
internal sealed class WeComCustomerProvider : ChannelProvider<WeComCustomerSettings>
{
    public override string Name => "wecom-customer";
    public override ChannelKind Kind => ChannelKind.WeCom;
    public override string LabelEn => "WeCom: customer mass message";
    public override string LabelZh => "企业微信：客户群发";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 20, MaxPayloadBytes = 4000, HasWebhook = true, SharesText = true, AcceptedWaitsForStaff = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("corpId", SettingType.Text, "Corp id", "企业 ID") { Required = true },
        new("secret", SettingType.Text, "Customer contact secret", "客户联系 Secret") { Required = true, Secret = true },
        new("sender", SettingType.Text, "Default sender (user id)", "默认发送成员 userid"),
        new("callbackToken", SettingType.Text, "Callback token", "回调 Token") { Secret = true },
        new("encodingAesKey", SettingType.Text, "EncodingAESKey", "EncodingAESKey") { Secret = true },
        .. ApiSettings.Fields,
    ];

    protected override void Check(WeComCustomerSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("corpId", settings.CorpId);
        checks.Required("secret", settings.Secret);
        checks.When(settings.CallbackToken is not null && !WeChatCallback.IsKey(settings.EncodingAesKey), "encodingAesKey", "Must be the 43 characters shown beside the token.");
    }

    protected override IChannel Open(WeComCustomerSettings settings, ChannelServices services) => new WeComCustomerChannel(this, settings, settings.Http(services, Name, maxReply: 4 << 20));
}
