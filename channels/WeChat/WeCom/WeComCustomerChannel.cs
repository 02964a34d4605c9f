using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat.WeCom;

/// <summary>Customers with the same text and sender share a call; <c>accepted</c> means that the task waits for staff.</summary>
internal sealed class WeComCustomerChannel(WeComCustomerProvider provider, WeComCustomerSettings settings, AccountHttp http)
    : HttpChannel(provider, http), IStatusQuery, IRecall, IStaffTasks, IWebhook
{
    private const int SentByMember = 2;
    private readonly WeChatApi _api = new(http, path => settings.Api(WeComAddress.Public, path), WeComAddress.TokenRequest(settings, settings.CorpId, settings.Secret));
    private readonly WeChatCallback? _callback = settings.CallbackToken is { } token ? new WeChatCallback(token, settings.EncodingAesKey, settings.CorpId) : null;

    public override int MaxBatch => 10_000;

    public override ChannelGuarantees Guarantees { get; } = new(NeedsReference: true);

    public bool AbsenceIsFinal => false;

    private const string SenderExtra = "sender";

    /// <summary>The results name every customer whom staff has sent to.</summary>
    public bool ProvesUnsent => true;

    public TimeSpan VisibilityDelay => TimeSpan.FromMinutes(5);

    public override ValueTask DisposeAsync()
    {
        _api.Dispose();
        return base.DisposeAsync();
    }

    protected override Task<IReadOnlyList<Delivery>> SendBeforeAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken) =>
        Grouped.SendAsync(batch, m => (m.Content.Text, m.Content.Title, m.Content.Url, Sender(m)), 10_000, Http.Concurrency, SendGroupAsync, cancellationToken);

    private async Task<Func<OutboundMessage, Delivery>> SendGroupAsync(IReadOnlyList<OutboundMessage> group, CancellationToken cancellationToken)
    {
        var content = group[0].Content;
        if (Encoding.UTF8.GetByteCount(content.Text) > 4000) throw new UnusableMessageException("too-long", "WeCom takes at most 4000 bytes.");
        HashSet<string> failed = [];
        var verdict = await _api.SendAsync(
            "/cgi-bin/externalcontact/add_msg_template",
            new
            {
                chat_type = "single",
                external_userid = group.Select(m => m.Address),
                sender = Sender(group[0]),
                text = new { content = content.Text },
                attachments = content.Url is { } url ? new[] { new { msgtype = "link", link = new { title = content.Title ?? url.Host, url = url.AbsoluteUri } } } : null,
            },
            reply =>
            {
                if (JsonPath.Find(reply, "fail_list") is { ValueKind: JsonValueKind.Array } list) failed = [.. list.EnumerateArray().Select(e => e.GetString() ?? "")];
                return new Delivery.Accepted(reply.Text("msgid"));
            },
            cancellationToken);
        // Refused as a whole, though every customer has a sender of their own: it is that sender who is unknown or left, not the account or a customer.
        if (group[0].Extras.ContainsKey(SenderExtra) && verdict is Delivery.PermanentRecipient or Delivery.Configuration { Code: "40003" or "60111" or "84074" })
            verdict = new Delivery.Configuration("sender", $"WeCom does not let '{Sender(group[0])}' send: {verdict.ProviderText}") { OnlyThisMessage = true, ProviderCode = verdict.ProviderCode, ProviderText = verdict.ProviderText };
        return message => failed.Contains(message.Address)
            ? new Delivery.PermanentRecipient("fail_list", "No customer of the sender, or the monthly limit of this customer is used up.", Suppress: false) : verdict;
    }

    public async Task<IReadOnlyList<StatusAnswer>> QueryAsync(IReadOnlyList<StatusQuestion> questions, CancellationToken cancellationToken)
    {
        var references = questions.Select(q => q.ProviderRef).OfType<string>().Distinct().ToList();
        var found = new Dictionary<string, Dictionary<string, JsonElement>?>();
        foreach (var reference in references) found[reference] = await ResultsAsync(reference, cancellationToken);
        return [.. questions.Select(question =>
            question.ProviderRef is not { } reference ? new StatusAnswer.Absent()   // WeCom can only be asked by its own id, which never came
            : found[reference] is not { } results ? new StatusAnswer.Unavailable("WeCom gave no answer.")
            : results.TryGetValue(question.Address, out var result) ? new StatusAnswer.Known(Receipt(question, result))
            : (StatusAnswer)new StatusAnswer.Absent())];
    }

    public async Task<IReadOnlyList<string>> CancelAsync(IReadOnlyList<string> providerRefs, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var reference in providerRefs.Distinct())
            if (await _api.AskAsync("/cgi-bin/externalcontact/cancel_groupmsg_send", new { msgid = reference }, cancellationToken) is not null) done.Add(reference);
        return done;
    }

    public Task<Delivery> RemindAsync(string providerRef, CancellationToken cancellationToken) =>
        _api.SendAsync("/cgi-bin/externalcontact/remind_groupmsg_send", new { msgid = providerRef }, _ => new Delivery.Accepted(providerRef), cancellationToken);

    public async Task<IReadOnlyList<StaffMember>?> MembersAsync(string providerRef, CancellationToken cancellationToken) =>
        (await TaskAsync(providerRef, cancellationToken))?.Where(member => member.Text("userid") is not null).Select(member => new StaffMember(member.Text("userid")!, member.Number("status") == SentByMember)).ToList();

    public WebhookOutcome Receive(WebhookRequest request) => _callback is null ? new WebhookOutcome.Forged("The account has no callback token.")
        : _callback.Receive(request, ReadEvent, "success");

    /// <summary>A customer who deletes the staff member wants no more messages.</summary>
    private static (IReadOnlyList<Receipt>, IReadOnlyList<Reply>) ReadEvent(XElement xml) =>
        xml.Element("Event")?.Value == "change_external_contact" && xml.Element("ChangeType")?.Value == "del_follow_user" && xml.Element("ExternalUserID")?.Value is { } customer
            ? ([], [new Reply(customer, "del_follow_user", WeChatCallback.Time(xml), ReplyKind.OptOut, null)]) : ([], []);

    /// <summary>Every customer's result of one task, over all members who send it.</summary>
    private async Task<Dictionary<string, JsonElement>?> ResultsAsync(string reference, CancellationToken cancellationToken)
    {
        var results = new Dictionary<string, JsonElement>();
        var members = await TaskAsync(reference, cancellationToken);
        if (members is null) return null;
        foreach (var member in members.Select(m => m.Text("userid")).OfType<string>())
        {
            var sent = await PagesAsync("/cgi-bin/externalcontact/get_groupmsg_send_result", cursor => new { msgid = reference, userid = member, limit = 1000, cursor }, "send_list", cancellationToken);
            if (sent is null) return null;
            foreach (var result in sent)
                if (result.Text("external_userid") is { } customer) results[customer] = result;
        }

        return results;
    }

    private async Task<List<JsonElement>?> PagesAsync(string path, Func<string?, object> body, string list, CancellationToken cancellationToken)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        for (var page = 0; page < 100; page++)
        {
            if (await _api.AskAsync(path, body(cursor), cancellationToken) is not { } reply) return null;
            if (JsonPath.Find(reply, list) is { ValueKind: JsonValueKind.Array } items) all.AddRange(items.EnumerateArray());
            cursor = reply.Text("next_cursor");
            if (string.IsNullOrEmpty(cursor)) break;
        }

        return all;
    }

    private Task<List<JsonElement>?> TaskAsync(string reference, CancellationToken cancellationToken) =>
        PagesAsync("/cgi-bin/externalcontact/get_groupmsg_task", cursor => new { msgid = reference, limit = 1000, cursor }, "task_list", cancellationToken);

    private string? Sender(OutboundMessage message) => message.Extras.GetValueOrDefault(SenderExtra) ?? settings.Sender;

    private static Receipt Receipt(StatusQuestion question, JsonElement result) => new()
    {
        ProviderRef = question.ProviderRef,
        MessageId = question.MessageId,
        Attempt = question.Attempt,
        Address = question.Address,
        Code = result.Text("status"),
        Status = result.Text("status") switch { "1" => ReceiptStatus.Delivered, "2" or "3" => ReceiptStatus.Failed, _ => ReceiptStatus.Accepted },
        Effect = result.Text("status") == "2" ? AddressEffect.Suppress : AddressEffect.None,
        Text = result.Text("status") switch { "2" => "The customer is no longer a contact of the sender.", "3" => "The customer has reached this month's limit.", "1" => null, _ => "Waits for staff." },
        At = UnixTime.Seconds(result.Number("send_time")),
    };
}
