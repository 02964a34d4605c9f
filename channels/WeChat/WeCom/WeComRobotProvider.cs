using System.Text;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat.WeCom;

internal sealed record WeComRobotSettings : ApiSettings
{
    public string Key { get; init; } = "";
    public bool Markdown { get; init; }
}

/// <summary>A robot in a WeCom group chat, for the team: launches, breaches, digests.</summary>
internal sealed class WeComRobotProvider : ChannelProvider<WeComRobotSettings>
{
    public override string Name => "wecom-robot";
    public override ChannelKind Kind => ChannelKind.Staff;
    public override string LabelEn => "Staff: WeCom group robot";
    public override string LabelZh => "员工通知：企业微信群机器人";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 1d / 3, MaxPayloadBytes = 2048 };   // 20 a minute

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("key", SettingType.Text, "Webhook key", "Webhook key") { Required = true, Secret = true },
        new("markdown", SettingType.Switch, "Markdown", "Markdown") { Default = "false" },
        .. ApiSettings.Fields,
    ];

    protected override void Check(WeComRobotSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("key", settings.Key);
    }

    protected override IChannel Open(WeComRobotSettings settings, ChannelServices services) => new WeComRobotChannel(this, settings, settings.Http(services, Name));
}

internal sealed class WeComRobotChannel(WeComRobotProvider provider, WeComRobotSettings settings, AccountHttp http) : HttpChannel(provider, http)
{
    protected override async Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        var text = message.Content.Text;
        var most = settings.Markdown ? 4096 : 2048;
        if (Encoding.UTF8.GetByteCount(text) > most) throw new UnusableMessageException("too-long", $"The robot takes at most {most} bytes.");
        var body = settings.Markdown ? new { msgtype = "markdown", text = (object?)null, markdown = (object?)new { content = text } }
            : new { msgtype = "text", text = (object?)new { content = text }, markdown = (object?)null };
        var address = settings.Api(WeComAddress.Public, $"/cgi-bin/webhook/send?key={Uri.EscapeDataString(settings.Key)}");
        return WeChatApi.Read(await Http.SendAsync(JsonBody.Post(address, body), cancellationToken), Now, _ => new Delivery.Accepted(null))
            ?? new Delivery.Configuration("key", "WeCom refuses the robot's key.");
    }
}
