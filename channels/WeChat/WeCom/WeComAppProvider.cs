using System.Globalization;
using System.Text;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat.WeCom;

internal sealed record WeComAppSettings : ApiSettings
{
    public string CorpId { get; init; } = "";
    public string Secret { get; init; } = "";
    public long AgentId { get; init; }
}

/// <summary>WeCom application messages to the company's own staff: reviewers, duty officers.</summary>
internal sealed class WeComAppProvider : ChannelProvider<WeComAppSettings>
{
    public override string Name => "wecom-app";
    public override ChannelKind Kind => ChannelKind.Staff;
    public override string LabelEn => "Staff: WeCom application";
    public override string LabelZh => "员工通知：企业微信应用消息";
    public override ProviderLimits Limits { get; } = new() { DefaultRate = 100, MaxPayloadBytes = 2048 };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("corpId", SettingType.Text, "Corp id", "企业 ID") { Required = true },
        new("secret", SettingType.Text, "Application secret", "应用 Secret") { Required = true, Secret = true },
        new("agentId", SettingType.Number, "Agent id", "AgentId") { Required = true },
        .. ApiSettings.Fields,
    ];

    protected override void Check(WeComAppSettings settings, SettingChecks checks)
    {
        settings.CheckApi(checks);
        checks.Required("corpId", settings.CorpId);
        checks.Required("secret", settings.Secret);
        checks.When(settings.AgentId <= 0, "agentId", "Is required.");
    }

    protected override IChannel Open(WeComAppSettings settings, ChannelServices services) => new WeComAppChannel(this, settings, settings.Http(services, Name));
}

/// <summary>Messages of one text go out in one call; the reply names the members it did not reach.</summary>
internal sealed class WeComAppChannel(WeComAppProvider provider, WeComAppSettings settings, AccountHttp http) : HttpChannel(provider, http)
{
    private readonly WeChatApi _api = new(http, path => settings.Api(WeComAddress.Public, path), WeComAddress.TokenRequest(settings, settings.CorpId, settings.Secret));

    public override ValueTask DisposeAsync()
    {
        _api.Dispose();
        return base.DisposeAsync();
    }

    protected override Task<IReadOnlyList<Delivery>> SendBeforeAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken) =>
        Grouped.SendAsync(batch, m => (m.Content.Text, m.Content.Title, m.Content.Url), 1000, Http.Concurrency, SendGroupAsync, cancellationToken);

    private async Task<Func<OutboundMessage, Delivery>> SendGroupAsync(IReadOnlyList<OutboundMessage> group, CancellationToken cancellationToken)
    {
        var content = group[0].Content;
        if (Encoding.UTF8.GetByteCount(content.Text) > 2048) throw new UnusableMessageException("too-long", "WeCom takes at most 2048 bytes.");
        var card = content.Title is not null && content.Url is not null;
        IReadOnlyList<string> invalid = [];
        var verdict = await _api.SendAsync(
            "/cgi-bin/message/send",
            new
            {
                touser = string.Join('|', group.Select(m => m.Address)),
                msgtype = card ? "textcard" : "text",
                agentid = settings.AgentId,
                text = card ? null : new { content = content.Text },
                textcard = card ? new { title = content.Title, description = content.Text, url = content.Url!.AbsoluteUri } : null,
                enable_duplicate_check = 1,
                duplicate_check_interval = 14400,
            },
            reply =>
            {
                invalid = (reply.Text("invaliduser") ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries);
                return new Delivery.Accepted(reply.Text("msgid"));
            },
            cancellationToken);
        return message => invalid.Contains(message.Address, StringComparer.OrdinalIgnoreCase)
            ? new Delivery.PermanentRecipient("invaliduser", "WeCom does not know this member, or the application may not reach them.", Suppress: false) : verdict;
    }
}

internal static class WeComAddress
{
    public const string Public = "https://qyapi.weixin.qq.com";

    public static Func<HttpRequestMessage> TokenRequest(ApiSettings settings, string corpId, string secret) => () => new HttpRequestMessage(
        HttpMethod.Get, settings.Api(Public, string.Create(CultureInfo.InvariantCulture, $"/cgi-bin/gettoken?corpid={Uri.EscapeDataString(corpId)}&corpsecret={Uri.EscapeDataString(secret)}")));
}
