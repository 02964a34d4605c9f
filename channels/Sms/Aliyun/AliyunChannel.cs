using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Aliyun;

internal sealed class AliyunChannel(AliyunProvider provider, AliyunSettings settings, AccountHttp http) : HttpChannel(provider, http), IWebhook, IStatusQuery
{
    private static readonly TimeZoneInfo China = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeSpan DayDoubt = TimeSpan.FromMinutes(15);
    private readonly Acs3Signature _signature = new(settings.AccessKeyId, settings.AccessKeySecret);
    private readonly CallbackGate _gate = new(settings.CallbackSecret, settings.AllowedAddresses);

    public override ChannelGuarantees Guarantees { get; } = new(SendsReceipts: true);

    /// <summary>Aliyun asks callers to query after a timeout and send again only what it does not know; batches carry no id of ours per number.</summary>
    public bool AbsenceIsFinal => !settings.Batch;

    public TimeSpan VisibilityDelay => TimeSpan.FromMinutes(10);

    protected override Task<IReadOnlyList<Delivery>> SendBeforeAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken)
    {
        if (!settings.Batch) return base.SendBeforeAsync(batch, cancellationToken);
        var window = new SendWindow(Http.Clock, Http.Timeout);
        return Grouped.SendAsync(
            batch, m => (m.Content.TemplateCode, string.Join(',', m.Content.TemplateParameters.Select(p => p.Name))), 100, Http.Concurrency, (group, token) => SendGroupAsync(group, window, token), cancellationToken);
    }

    protected override async Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        var request = Request("SendSms", new()
        {
            ["PhoneNumbers"] = National(message.Address),
            ["SignName"] = message.SignatureName ?? settings.SignName,
            ["TemplateCode"] = Template(message),
            ["TemplateParam"] = Parameters(message),
            ["OutId"] = message.Echo,
        });
        return AliyunVerdicts.Read(await Http.SendAsync(request, cancellationToken), Now);
    }

    private async Task<Func<OutboundMessage, Delivery>> SendGroupAsync(IReadOnlyList<OutboundMessage> group, SendWindow window, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["PhoneNumberJson"] = JsonSerializer.Serialize(group.Select(m => National(m.Address)), SettingsJson.Relaxed),
            ["SignNameJson"] = JsonSerializer.Serialize(group.Select(m => m.SignatureName ?? settings.SignName), SettingsJson.Relaxed),
            ["TemplateCode"] = Template(group[0]),
            ["TemplateParamJson"] = $"[{string.Join(',', group.Select(Parameters))}]",
        };
        // Every receipt of the call repeats it: one message's id must not stand for the others. They are told apart by BizId and number.
        if (group.Count == 1) parameters["OutId"] = group[0].Echo;
        var verdict = AliyunVerdicts.Read(await Http.SendAsync(Request("SendBatchSms", parameters), cancellationToken), Now);
        // A wrong number refuses the whole call without being named, and nothing of it was taken: sent one by one, each gets its own verdict.
        if (verdict is not Delivery.PermanentRecipient || group.Count == 1) return _ => verdict;
        var verdicts = new Dictionary<OutboundMessage, Delivery>(ReferenceEqualityComparer.Instance);
        foreach (var (message, own) in group.Zip(await SendSinglyAsync(group, window, cancellationToken))) verdicts[message] = own;
        return message => verdicts[message];
    }

    public async Task<IReadOnlyList<StatusAnswer>> QueryAsync(IReadOnlyList<StatusQuestion> questions, CancellationToken cancellationToken) =>
        await Task.WhenAll(questions.Select(question => AskOneAsync(question, cancellationToken)));

    /// <summary>The provider lists messages by day: around midnight the message may be on either.</summary>
    private async Task<StatusAnswer> AskOneAsync(StatusQuestion question, CancellationToken cancellationToken)
    {
        StatusAnswer answer = new StatusAnswer.Absent();
        foreach (var day in new[] { question.SentAt - DayDoubt, question.SentAt + DayDoubt }.Select(at => TimeZoneInfo.ConvertTime(at, China).ToString("yyyyMMdd", CultureInfo.InvariantCulture)).Distinct())
        {
            answer = await AskOneAsync(question, day, cancellationToken);
            if (answer is not StatusAnswer.Absent) return answer;
        }

        return answer;
    }

    private async Task<StatusAnswer> AskOneAsync(StatusQuestion question, string day, CancellationToken cancellationToken)
    {
        var echo = EchoId.Format(question.MessageId, question.Attempt);
        var answer = await Http.AskAsync(
            () => Request("QuerySendDetails", new() { ["PhoneNumber"] = National(question.Address), ["SendDate"] = day, ["PageSize"] = "50", ["CurrentPage"] = "1" }), cancellationToken);
        if (answer is not HttpAnswer.Replied { IsSuccess: true } reply || reply.Json() is not { } body || body.Text("Code") != "OK") return new StatusAnswer.Unavailable(answer.Summary);
        if (JsonPath.Find(body, "SmsSendDetailDTOs.SmsSendDetailDTO") is not { ValueKind: JsonValueKind.Array } list) return new StatusAnswer.Unavailable("The reply lacks the list of messages.");
        foreach (var item in list.EnumerateArray())
        {
            if (item.Text("OutId") != echo) continue;
            var code = item.Text("ErrCode");
            var status = item.Number("SendStatus") switch { 3 => ReceiptStatus.Delivered, 2 => AliyunVerdicts.Status(false, code), _ => ReceiptStatus.Accepted };
            return new StatusAnswer.Known(new Receipt
            {
                MessageId = question.MessageId,
                Attempt = question.Attempt,
                ProviderRef = question.ProviderRef,
                Address = question.Address,
                Status = status,
                Effect = AliyunVerdicts.Effect(code),
                Code = code,
            });
        }

        return list.GetArrayLength() < 50 ? new StatusAnswer.Absent() : new StatusAnswer.Unavailable("More messages that day than one page shows.");
    }

    public WebhookOutcome Receive(WebhookRequest request)
    {
        if (_gate.Refuse(request) is { } reason) return new WebhookOutcome.Forged(reason);
        try
        {
            using var json = JsonDocument.Parse(request.Body);
            var items = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToList() : [];
            var receipts = items.Where(i => i.Text("biz_id") is not null).Select(Report).ToList();
            var replies = items.Where(i => i.Text("biz_id") is null && i.Text("content") is not null).Select(ReadReply).ToList();
            return receipts.Count + replies.Count == 0 ? new WebhookOutcome.Malformed("Neither SmsReport nor SmsUp.")
                : new WebhookOutcome.Verified(receipts, replies, WebhookAnswer.Json("""{"code":0,"msg":"成功"}"""));
        }
        catch (JsonException)
        {
            return new WebhookOutcome.Malformed("The body is not JSON.");
        }
    }

    private static Receipt Report(JsonElement item)
    {
        var known = EchoId.TryParse(item.Text("out_id"), out var id, out var attempt);
        var code = item.Text("err_code");
        return new Receipt
        {
            MessageId = known ? id : null,
            Attempt = known ? attempt : null,
            ProviderRef = item.Text("biz_id"),
            Address = International(item.Text("phone_number")),
            Status = AliyunVerdicts.Status(item.Text("success") == "true", code),
            Effect = AliyunVerdicts.Effect(code),
            Code = code,
            Text = Evidence.Cut(item.Text("err_msg")),
            At = Time(item.Text("report_time")),
        };
    }

    private static Reply ReadReply(JsonElement item)
    {
        var text = item.Text("content")!;
        return new Reply(International(item.Text("phone_number")) ?? "", text, Time(item.Text("send_time")), ReplyWords.Classify(text), item.Text("sequence_id"));
    }

    private HttpRequestMessage Request(string action, Dictionary<string, string> parameters)
    {
        var address = settings.Api("https://dysmsapi.aliyuncs.com", "/");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "?" + Acs3Signature.Query(parameters))) { Content = new ByteArrayContent([]) };
        var date = Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        foreach (var (name, value) in _signature.Headers(address.Authority, action, "2017-05-25", parameters, date, RandomNumberGenerator.GetHexString(32, lowercase: true)))
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static string Template(OutboundMessage message) =>
        message.Content.TemplateCode ?? throw new UnusableMessageException("template", "Aliyun sends registered templates only: the text needs a template code.");

    private static string Parameters(OutboundMessage message) =>
        JsonSerializer.Serialize(message.Content.TemplateParameters.ToDictionary(p => p.Name, p => p.Value), SettingsJson.Relaxed);

    private static string National(string phone) => phone.StartsWith("+86", StringComparison.Ordinal) ? phone[3..] : phone.TrimStart('+');

    private static string? International(string? phone) => phone is null ? null : phone.Length == 11 ? $"+86{phone}" : $"+{phone.TrimStart('+')}";

    private static DateTimeOffset? Time(string? text) =>
        DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new DateTimeOffset(local, China.GetUtcOffset(local)).ToUniversalTime() : null;
}
