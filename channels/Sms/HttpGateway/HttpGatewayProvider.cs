using System.Text.RegularExpressions;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.HttpGateway;

/// <summary>SMS through any HTTP gateway (the company's carrier or aggregator), described by the account's settings.</summary>
internal sealed class HttpGatewayProvider : ChannelProvider<HttpGatewaySettings>
{
    public override string Name => "http-gateway";
    public override ChannelKind Kind => ChannelKind.Sms;
    public override string LabelEn => "SMS: HTTP gateway";
    public override string LabelZh => "短信：HTTP 网关";
    public override ProviderLimits Limits { get; } = new() { HasWebhook = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("request", SettingType.Json, "Request", "请求") { Required = true, HelpEn = "url, method, format (json, form, xml, text, none), body, query, headers, sign; placeholders such as ${phone}, ${text}, ${echo}.", HelpZh = "url、method、format、body、query、headers、sign；可用占位符 ${phone}、${text}、${echo} 等。" },
        new("reply", SettingType.Json, "Reply mapping", "应答映射") { HelpEn = "Paths code, ref, text and the codes per verdict.", HelpZh = "code、ref、text 的路径以及各判定对应的代码。" },
        new("reports", SettingType.Json, "Status reports", "状态报告") { HelpEn = "Paths of the delivery reports the gateway posts.", HelpZh = "网关推送的状态报告字段路径。" },
        new("replies", SettingType.Json, "Replies", "上行短信") { HelpEn = "Paths of the inbound messages the gateway posts.", HelpZh = "网关推送的上行短信字段路径。" },
        new("callback", SettingType.Json, "Callback", "回调") { Secret = true, HelpEn = "secret (16+ characters), allowedAddresses, answer.", HelpZh = "secret（16 位以上）、allowedAddresses、answer。" },
        new("query", SettingType.Json, "Status query", "状态查询") { HelpEn = "How to ask for one message; settles unknown sends.", HelpZh = "如何查询单条消息，用于核对未知状态。" },
        new("secrets", SettingType.Map, "Secrets", "密钥") { Secret = true, HelpEn = "Used as ${secret.name}.", HelpZh = "以 ${secret.名称} 引用。" },
        new("countryCode", SettingType.Text, "Country code", "国家码") { Default = "+86" },
        new("stripSignature", SettingType.Switch, "Gateway adds the signature", "由网关添加签名") { Default = "false" },
        new("idempotencySeconds", SettingType.Number, "Idempotency window (s)", "幂等窗口（秒）"),
        new("timeoutSeconds", SettingType.Number, "Timeout (s)", "超时（秒）") { Default = "10" },
        new("concurrency", SettingType.Number, "Calls in flight", "并发数") { Default = "64" },
        new("messagesPerSecond", SettingType.Number, "Messages per second", "每秒条数"),
    ];

    protected override void Check(HttpGatewaySettings settings, SettingChecks checks)
    {
        CheckRequest("request", settings.Request, settings, checks);
        if (settings.Query is { } query) CheckRequest("query.request", query.Request, settings, checks);
        checks.When(settings.Reply.Code is not null && settings.Reply.Accepted.Count == 0, "reply.accepted", "Name at least one code that means accepted.");
        checks.When(settings.Reply.Pattern is { } pattern && !IsPattern(pattern), "reply.pattern", "Is no regular expression (lookarounds and back-references are not supported).");
        checks.When(settings.Reports is { Status: null }, "reports.status", "Is required: the path of the status.");
        checks.When(settings.Reports is { Echo: null, Ref: null }, "reports.echo", "Give the path of our echo or of the gateway's reference (ref).");
        checks.When(settings.Replies is { } r && (r.Phone is null || r.Text is null), "replies", "Give the paths phone and text.");
        foreach (var zone in new[] { settings.Reports?.TimeZone, settings.Query?.Result.TimeZone }.OfType<string>())
            checks.When(!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _), "timeZone", $"'{zone}' is no IANA zone.");
        CallbackGate.Check(checks, settings.Callback.Secret, settings.Callback.AllowedAddresses);
        checks.Between("timeoutSeconds", settings.TimeoutSeconds, 1, 120);
        checks.Between("concurrency", settings.Concurrency, 1, 512);
    }

    protected override IChannel Open(HttpGatewaySettings settings, ChannelServices services)
    {
        var http = new AccountHttp(services, new() { Provider = Name, Timeout = TimeSpan.FromSeconds(settings.TimeoutSeconds), Concurrency = settings.Concurrency });
        return settings.Query is null ? new HttpGatewayChannel(this, settings, http) : new QueryableHttpGatewayChannel(this, settings, http);
    }

    private static void CheckRequest(string field, GatewayRequest? request, HttpGatewaySettings settings, SettingChecks checks)
    {
        checks.Endpoint($"{field}.url", request?.Url);
        if (request?.Url is null) return;
        checks.When(request.Method is not ("POST" or "GET" or "PUT"), $"{field}.method", "Must be POST, PUT or GET.");
        foreach (var name in new GatewayRequestBuilder(request).Names)
            checks.When(!GatewayValues.Knows(settings, name), field, $"Unknown placeholder ${{{name}}}.");
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception invalid) when (invalid is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
