namespace Orchestrator.Channels;

/// <summary>Every provider in the box. A new one is a folder and a line here.</summary>
public static class ChannelProviders
{
    /// <summary>All providers, in the order the console lists them.</summary>
    public static IReadOnlyList<ChannelProvider> All { get; } =
    [
        new Sms.HttpGateway.HttpGatewayProvider(),
        new Sms.Twilio.TwilioProvider(),
        new Sms.Aliyun.AliyunProvider(),
        new Sms.Tencent.TencentProvider(),
        new Push.JPush.JPushProvider(),
        new Push.Fcm.FcmProvider(),
        new Push.Apns.ApnsProvider(),
        new Push.WebPush.WebPushProvider(),
        new Email.Smtp.SmtpProvider(),
        new WeChat.WeCom.WeComCustomerProvider(),
        new WeChat.OfficialAccount.OfficialAccountProvider(WeChat.OfficialAccount.OfficialAccountMessage.Mass),
        new WeChat.OfficialAccount.OfficialAccountProvider(WeChat.OfficialAccount.OfficialAccountMessage.Template),
        new WeChat.OfficialAccount.OfficialAccountProvider(WeChat.OfficialAccount.OfficialAccountMessage.Subscribe),
        new WeChat.WeCom.WeComAppProvider(),
        new WeChat.WeCom.WeComRobotProvider(),
        new Manual.ManualProvider(),
    ];

    /// <summary>The provider of that name, or null.</summary>
    public static ChannelProvider? Find(string name) => All.FirstOrDefault(provider => provider.Name == name);
}
