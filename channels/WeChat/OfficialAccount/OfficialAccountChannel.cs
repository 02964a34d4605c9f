using System.Globalization;
using System.Xml.Linq;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat.OfficialAccount;

/// <summary>What the message kinds share: token and callbacks.</summary>
internal abstract class OfficialAccountChannel(OfficialAccountProvider provider, OfficialAccountSettings settings, AccountHttp http) : HttpChannel(provider, http), IWebhook
{
    private const string Public = "https://api.weixin.qq.com";
    private readonly WeChatCallback? _callback = settings.CallbackToken is { } token ? new WeChatCallback(token, settings.EncodingAesKey, settings.AppId) : null;

    public override ChannelGuarantees Guarantees { get; } = new(SendsReceipts: true);

    protected WeChatApi Api { get; } = new(http, path => settings.Api(Public, path), () => JsonBody.Post(
        settings.Api(Public, "/cgi-bin/stable_token"), new { grant_type = "client_credential", appid = settings.AppId, secret = settings.Secret, force_refresh = false }));

    public override ValueTask DisposeAsync()
    {
        Api.Dispose();
        return base.DisposeAsync();
    }

    public WebhookOutcome Receive(WebhookRequest request) => _callback is null ? new WebhookOutcome.Forged("The account has no callback token.")
        : _callback.Receive(request, Read, "success");

    private static (IReadOnlyList<Receipt>, IReadOnlyList<Reply>) Read(XElement xml)
    {
        var from = xml.Element("FromUserName")?.Value ?? "";
        if (xml.Element("MsgType")?.Value == "text" && xml.Element("Content")?.Value is { } text)
            return ([], [new Reply(from, text, WeChatCallback.Time(xml), ReplyWords.Classify(text), xml.Element("MsgId")?.Value)]);
        return xml.Element("Event")?.Value switch
        {
            "TEMPLATESENDJOBFINISH" => ([TemplateReceipt(xml, from)], []),
            "MASSSENDJOBFINISH" => ([MassReceipt(xml)], []),
            "subscribe_msg_sent_event" => ([.. xml.Descendants("List").Select(item => SubscribeReceipt(item, xml, from))], []),
            "subscribe_msg_change_event" or "subscribe_msg_popup_event" when xml.Descendants("SubscribeStatusString").Any(s => s.Value == "reject") =>
                ([], [new Reply(from, "subscribe_msg:reject", WeChatCallback.Time(xml), ReplyKind.OptOut, null)]),
            "unsubscribe" => ([], [new Reply(from, "unsubscribe", WeChatCallback.Time(xml), ReplyKind.OptOut, null)]),
            _ => ([], []),
        };
    }

    private static Receipt TemplateReceipt(XElement xml, string from)
    {
        var status = xml.Element("Status")?.Value ?? "";
        return new Receipt
        {
            ProviderRef = xml.Element("MsgID")?.Value,
            Address = from,
            Status = status == "success" ? ReceiptStatus.Delivered : ReceiptStatus.Failed,
            Effect = status.Contains("user block", StringComparison.Ordinal) ? AddressEffect.OptOut : AddressEffect.None,
            Code = status,
            At = WeChatCallback.Time(xml),
        };
    }

    private static Receipt SubscribeReceipt(XElement item, XElement xml, string from) => new()
    {
        ProviderRef = item.Element("MsgID")?.Value,
        Address = from,
        Status = item.Element("ErrorCode")?.Value == "0" ? ReceiptStatus.Delivered : ReceiptStatus.Failed,
        Code = item.Element("ErrorCode")?.Value,
        Text = item.Element("ErrorStatus")?.Value,
        At = WeChatCallback.Time(xml),
    };

    /// <summary>Tells of the whole job, not of single followers.</summary>
    private static Receipt MassReceipt(XElement xml)
    {
        var status = (xml.Element("Status")?.Value ?? "").Replace(" ", "", StringComparison.Ordinal);
        return new Receipt
        {
            ProviderRef = xml.Element("MsgID")?.Value,
            IsWholeJob = true,
            Status = Whole(status == "sendsuccess", Count("SentCount"), Count("TotalCount")),
            Code = status,
            Text = $"sent {xml.Element("SentCount")?.Value}, failed {xml.Element("ErrorCount")?.Value}, filtered {xml.Element("FilterCount")?.Value} of {xml.Element("TotalCount")?.Value}",
            At = WeChatCallback.Time(xml),
        };

        long? Count(string name) => long.TryParse(xml.Element(name)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
    }

    /// <summary>"send success" is said of jobs that failed for some followers, too: only the counts tell that everybody has it, or nobody.</summary>
    private static ReceiptStatus Whole(bool isSuccess, long? sent, long? total) =>
        isSuccess && sent > 0 && sent == total ? ReceiptStatus.Delivered : sent == 0 || (!isSuccess && sent is null) ? ReceiptStatus.Failed : ReceiptStatus.Accepted;
}
