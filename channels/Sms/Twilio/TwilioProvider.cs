using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Twilio;

/// <summary>SMS through Twilio's Programmable Messaging.</summary>
internal sealed class TwilioProvider : ChannelProvider<TwilioSettings>
{
    public override string Name => "twilio";
    public override ChannelKind Kind => ChannelKind.Sms;
    public override string LabelEn => "SMS: Twilio";
    public override string LabelZh => "短信：Twilio";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 10, MaxText = 1600, HasWebhook = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("accountSid", SettingType.Text, "Account SID", "Account SID") { Required = true },
        new("authToken", SettingType.Text, "Auth token", "Auth Token") { Required = true, Secret = true, HelpEn = "Also verifies callbacks.", HelpZh = "同时用于校验回调签名。" },
        new("apiKeySid", SettingType.Text, "API key SID", "API Key SID"),
        new("apiKeySecret", SettingType.Text, "API key secret", "API Key Secret") { Secret = true },
        new("from", SettingType.Text, "From", "发送号码") { HelpEn = "A number in E.164, or use a messaging service.", HelpZh = "E.164 号码，或使用 Messaging Service。" },
        new("messagingServiceSid", SettingType.Text, "Messaging service SID", "Messaging Service SID"),
        new("statusCallback", SettingType.Url, "Status callback", "状态回调地址"),
        .. ApiSettings.Fields,
    ];

    protected override void Check(TwilioSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.When(!settings.AccountSid.StartsWith("AC", StringComparison.Ordinal), "accountSid", "Starts with AC.");
        checks.Required("authToken", settings.AuthToken);
        checks.When(settings.ApiKeySid is not null && string.IsNullOrEmpty(settings.ApiKeySecret), "apiKeySecret", "Is required with an API key.");
        checks.When(string.IsNullOrEmpty(settings.From) && string.IsNullOrEmpty(settings.MessagingServiceSid), "from", "Give a number or a messaging service.");
    }

    protected override IChannel Open(TwilioSettings settings, ChannelServices services) => new TwilioChannel(this, settings, settings.Http(services, Name));
}
