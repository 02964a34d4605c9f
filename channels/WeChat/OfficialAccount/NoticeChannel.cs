using System.Security.Cryptography;
using System.Text;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat.OfficialAccount;

/// <summary>Template messages and subscription notices, one follower a call.</summary>
internal sealed class NoticeChannel(OfficialAccountProvider provider, OfficialAccountSettings settings, AccountHttp http) : OfficialAccountChannel(provider, settings, http)
{
    private readonly bool _template = provider.Sends == OfficialAccountMessage.Template;

    /// <summary><c>client_msg_id</c> of template messages is remembered for ten minutes.</summary>
    public override ChannelGuarantees Guarantees { get; } = new(
        provider.Sends == OfficialAccountMessage.Template ? TimeSpan.FromMinutes(10) : null, SendsReceipts: true);

    protected override async Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        // Refused here too: a template message with marketing costs the whole account.
        if (message.Purpose == Purpose.Marketing) return new Delivery.Configuration("oa-template-marketing", "Template messages and subscription notices may not carry marketing; use mass messages.") { OnlyThisMessage = true };
        if (message.Content.TemplateCode is not { } template) throw new UnusableMessageException("template", "WeChat sends registered templates only: the text needs a template code.");
        var data = message.Content.TemplateParameters.ToDictionary(p => p.Name, p => new { value = p.Value });
        var url = message.Content.Url?.AbsoluteUri;
        return await (_template
            ? Api.SendAsync("/cgi-bin/message/template/send", new { touser = message.Address, template_id = template, url, client_msg_id = ClientId(message.MessageId), data }, Accept, cancellationToken)
            : Api.SendAsync("/cgi-bin/message/subscribe/bizsend", new { touser = message.Address, template_id = template, page = url, data }, Accept, cancellationToken));
    }

    private static Delivery.Accepted Accept(System.Text.Json.JsonElement reply) => new(reply.Text("msgid"));

    /// <summary>32 hexadecimal digits: the documentation gives no length for this field, and some messages ids are longer.</summary>
    internal static string ClientId(string echo) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(echo)).AsSpan(0, 16));
}
