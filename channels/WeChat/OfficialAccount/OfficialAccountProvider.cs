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

    /// <summary>Openid of a follower of the company's own, for mass messages: gets a copy of a text that would go to one follower only, which WeChat refuses.</summary>
    public string? Companion { get; init; }
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

    public override ProviderLimits Limits { get; } = sends == OfficialAccountMessage.Mass
        ? new() { DefaultRate = 1, SharesText = true, HasWebhook = true }
        : new() { DefaultRate = 100, NeedsTemplateCode = true, HasWebhook = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("appId", SettingType.Text, "App id", "AppID") { Required = true },
        new("secret", SettingType.Text, "App secret", "AppSecret") { Required = true, Secret = true },
        new("callbackToken", SettingType.Text, "Callback token", "回调 Token") { Secret = true, Required = sends == OfficialAccountMessage.Mass },
        new("encodingAesKey", SettingType.Text, "EncodingAESKey", "EncodingAESKey") { Secret = true, HelpEn = "Given: only encrypted callbacks are taken.", HelpZh = "填写后只接受加密回调。" },
        .. sends == OfficialAccountMessage.Mass ? Companion : [],
        .. ApiSettings.Fields,
    ];

    private static SettingField[] Companion =>
    [
        new("companion", SettingType.Text, "Companion openid", "陪发粉丝 openid")
        {
            HelpEn = "A follower of your own. WeChat refuses mass messages to a single follower; then this one gets a copy.", HelpZh = "贵司自有粉丝。群发至少需两人，仅剩一位收件人时同时发给该粉丝。",
        },
    ];

    protected override void Check(OfficialAccountSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("appId", settings.AppId);
        checks.Required("secret", settings.Secret);
        checks.When(settings.EncodingAesKey is not null && !WeChatCallback.IsKey(settings.EncodingAesKey), "encodingAesKey", "Must be the 43 characters shown beside the token.");
        checks.When(sends == OfficialAccountMessage.Mass && string.IsNullOrEmpty(settings.CallbackToken), "callbackToken", "Needed: followers opt out by a reply, and replies come in by callback.");
        checks.When(sends != OfficialAccountMessage.Mass && settings.Companion is not null, "companion", "Only mass messages have a companion.");
    }

    protected override IChannel Open(OfficialAccountSettings settings, ChannelServices services) =>
        sends == OfficialAccountMessage.Mass ? new MassMessageChannel(this, settings, settings.Http(services, Name)) : new NoticeChannel(this, settings, settings.Http(services, Name));
}
