using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat.OfficialAccount;

/// <summary>What the Official Account sends.</summary>
internal enum OfficialAccountMessage
{
    /// <summary>Template message: service notices to followers; never marketing.</summary>
    Template,

    /// <summary>Subscription notice: one grant of the user, one message; never marketing.</summary>
    Subscribe,

    /// <summary>Mass message (群发): the way for marketing, four a month and user.</summary>
    Mass,
}

internal sealed record OfficialAccountSettings : ApiSettings
{
    public string AppId { get; init; } = "";
    public string Secret { get; init; } = "";
    public string? CallbackToken { get; init; }
    public string? EncodingAesKey { get; init; }
}

/// <summary>WeChat Official Account; one provider per kind of message, since the rules differ.</summary>
internal sealed class OfficialAccountProvider(OfficialAccountMessage sends) : ChannelProvider<OfficialAccountSettings>
{
    public OfficialAccountMessage Sends => sends;

    public override string Name => sends switch
    {
        OfficialAccountMessage.Template => "wechat-template",
        OfficialAccountMessage.Subscribe => "wechat-subscribe",
        _ => "wechat-mass",
    };

    public override ChannelKind Kind => ChannelKind.OfficialAccount;

    public override string LabelEn => sends switch
    {
        OfficialAccountMessage.Template => "Official Account: template message",
        OfficialAccountMessage.Subscribe => "Official Account: subscription notice",
        _ => "Official Account: mass message",
    };

    public override string LabelZh => sends switch
    {
        OfficialAccountMessage.Template => "公众号：模板消息",
        OfficialAccountMessage.Subscribe => "公众号：订阅通知",
        _ => "公众号：群发",
    };

    public override ProviderLimits Limits => new() { DefaultRate = sends == OfficialAccountMessage.Mass ? 1 : 100, NeedsTemplateCode = sends != OfficialAccountMessage.Mass, HasWebhook = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("appId", SettingType.Text, "App id", "AppID") { Required = true },
        new("secret", SettingType.Text, "App secret", "AppSecret") { Required = true, Secret = true },
        new("callbackToken", SettingType.Text, "Callback token", "回调 Token") { Secret = true },
        new("encodingAesKey", SettingType.Text, "EncodingAESKey", "EncodingAESKey") { Secret = true, HelpEn = "Given: only encrypted callbacks are taken.", HelpZh = "填写后只接受加密回调。" },
        .. ApiSettings.Fields,
    ];

    protected override void Check(OfficialAccountSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("appId", settings.AppId);
        checks.Required("secret", settings.Secret);
        checks.When(settings.EncodingAesKey is not null && !WeChatCallback.IsKey(settings.EncodingAesKey), "encodingAesKey", "Must be the 43 characters shown beside the token.");
    }

    protected override IChannel Open(OfficialAccountSettings settings, ChannelServices services) =>
        sends == OfficialAccountMessage.Mass ? new MassMessageChannel(this, settings, settings.Http(services, Name)) : new NoticeChannel(this, settings, settings.Http(services, Name));
}
