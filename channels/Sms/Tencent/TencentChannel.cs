using System.Globalization;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Tencent;

/// <summary>Messages with the same template and values share a call; the reply has a result per number.</summary>
internal sealed class TencentChannel(TencentProvider provider, TencentSettings settings, AccountHttp http) : HttpChannel(provider, http), IWebhook
{
    private static readonly TimeZoneInfo China = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private readonly Tc3Signature _signature = new(settings.SecretId, settings.SecretKey);
    private readonly CallbackGate _gate = new(settings.CallbackSecret, settings.AllowedAddresses);

    public override ChannelGuarantees Guarantees { get; } = new(SendsReceipts: true);

    protected override Task<IReadOnlyList<Delivery>> SendBeforeAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken) =>
        Grouped.SendAsync(batch, Key, 200, Http.Concurrency, SendGroupAsync, cancellationToken);

    /// <summary>Domestic and overseas numbers must not share a call.</summary>
    private static (string?, string, string?, bool) Key(OutboundMessage message) => (
        message.Content.TemplateCode, string.Join('\u001f', message.Content.TemplateParameters.Select(p => p.Value)), message.SignatureName,
        message.Address.StartsWith("+86", StringComparison.Ordinal));

    private async Task<Func<OutboundMessage, Delivery>> SendGroupAsync(IReadOnlyList<OutboundMessage> group, CancellationToken cancellationToken)
    {
        var first = group[0];
        var body = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["PhoneNumberSet"] = group.Select(m => m.Address),
            ["SmsSdkAppId"] = settings.SdkAppId,
            ["TemplateId"] = first.Content.TemplateCode ?? throw new UnusableMessageException("template", "Tencent sends registered templates only: the text needs a template code."),
            ["SignName"] = first.SignatureName ?? settings.SignName,
            ["TemplateParamSet"] = first.Content.TemplateParameters.Select(p => p.Value),
            ["SessionContext"] = string.Join(',', group.Select(m => m.Echo)) is { Length: < 512 } echoes ? echoes : first.Echo,
        }, SettingsJson.Relaxed);
        var answer = await Http.SendAsync(Request(body), cancellationToken);
        if (answer is not HttpAnswer.Replied reply) return _ => answer.AsDelivery(Now);
        if (reply.Json() is not { } json || JsonPath.Find(json, "Response") is not { } response)
            return _ => reply.IsSuccess ? new Delivery.Ambiguous("Tencent's reply could not be read.") : answer.AsDelivery(Now);
        if (response.Text("Error.Code") is { } refused) return _ => ByCode(refused, response.Text("Error.Message") ?? "", null);
        if (JsonPath.Find(response, "SendStatusSet") is not { ValueKind: JsonValueKind.Array } set) return _ => new Delivery.Ambiguous("Tencent's reply has no results.");
        var results = set.EnumerateArray().GroupBy(r => r.Text("PhoneNumber") ?? "").ToDictionary(g => g.Key, g => g.First());
        return message => results.TryGetValue(message.Address, out var result)
            ? ByCode(result.Text("Code") ?? "", result.Text("Message") ?? "", result.Text("SerialNo"))
            : new Delivery.Ambiguous("Tencent's reply has no result for this number.");
    }

    private Delivery ByCode(string code, string text, string? reference)
    {
        Delivery verdict = code switch
        {
            "Ok" => new Delivery.Accepted(reference),
            "LimitExceeded.PhoneNumberDailyLimit" or "LimitExceeded.PhoneNumberSameContentDailyLimit" => new Delivery.Throttled(Now + TimeSpan.FromHours(12)),
            _ when code.StartsWith("RequestLimitExceeded", StringComparison.Ordinal) => new Delivery.Throttled(Now + TimeSpan.FromSeconds(5)),
            _ when code.StartsWith("LimitExceeded", StringComparison.Ordinal) => new Delivery.Throttled(Now + TimeSpan.FromHours(1)),
            "FailedOperation.PhoneNumberInBlacklist" => new Delivery.OptOut(text),
            "InvalidParameterValue.IncorrectPhoneNumber" => new Delivery.PermanentRecipient(code, text, Suppress: true),
            "" => new Delivery.Ambiguous("The result has no code."),
            _ when code.StartsWith("InternalError", StringComparison.Ordinal) => new Delivery.Ambiguous(text),
            _ => new Delivery.Configuration(code, text),
        };
        return verdict with { ProviderCode = code, ProviderText = Evidence.Cut(text) };
    }

    private HttpRequestMessage Request(string body)
    {
        var address = settings.Api("https://sms.tencentcloudapi.com", "/");
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonBody.Content(body) };
        request.Headers.TryAddWithoutValidation("Authorization", _signature.Authorization("sms", address.Authority, "SendSms", body, Now));
        request.Headers.Add("X-TC-Action", "SendSms");
        request.Headers.Add("X-TC-Version", "2021-01-11");
        request.Headers.Add("X-TC-Region", settings.Region);
        request.Headers.Add("X-TC-Timestamp", Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return request;
    }

    public WebhookOutcome Receive(WebhookRequest request)
    {
        if (_gate.Refuse(request) is { } reason) return new WebhookOutcome.Forged(reason);
        try
        {
            using var json = JsonDocument.Parse(request.Body);
            // Reports come as an array, a reply as one object.
            var items = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToList() : [json.RootElement];
            var receipts = items.Where(i => i.ValueKind == JsonValueKind.Object && i.Text("report_status") is not null && i.Text("sid") is not null).Select(Report).ToList();
            var replies = items.Where(i => i.ValueKind == JsonValueKind.Object && i.Text("text") is not null && i.Text("mobile") is not null).Select(ReadReply).ToList();
            return receipts.Count + replies.Count == 0 ? new WebhookOutcome.Malformed("Neither report nor reply.")
                : new WebhookOutcome.Verified(receipts, replies, WebhookAnswer.Json("""{"result":0,"errmsg":"OK"}"""));
        }
        catch (JsonException)
        {
            return new WebhookOutcome.Malformed("The body is not JSON.");
        }
    }

    private static Receipt Report(JsonElement item)
    {
        var code = item.Text("errmsg");
        return new Receipt
        {
            ProviderRef = item.Text("sid"),
            Address = $"+{item.Text("nationcode")}{item.Text("mobile")}",
            Status = item.Text("report_status") == "SUCCESS" ? ReceiptStatus.Delivered : code == "EXPIRED" ? ReceiptStatus.Expired : ReceiptStatus.Failed,
            Effect = Sms.Aliyun.AliyunVerdicts.Effect(code),   // carriers' codes are the same whoever carries them
            Code = code,
            Text = Evidence.Cut(item.Text("description")),
            At = Time(item.Text("user_receive_time")),
        };
    }

    private static Reply ReadReply(JsonElement item)
    {
        var text = item.Text("text")!;
        return new Reply($"+{item.Text("nationcode")}{item.Text("mobile")}", text, UnixTime.Seconds(item.Number("time")), ReplyWords.Classify(text), item.Text("sid"));
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new DateTimeOffset(local, China.GetUtcOffset(local)).ToUniversalTime() : null;
}
