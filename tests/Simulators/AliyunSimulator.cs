using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Simulators;

/// <summary>Aliyun Dysmsapi. Reports each number by itself, with the BizId and OutId of its call. Numbers ending in 0001 are illegal, 0003 fail later, 0005 are on a carrier's black list.</summary>
internal sealed class AliyunSimulator(Simulation simulation) : SimulatedHttpProvider(simulation), IRepliesBack
{
    private static readonly JsonSerializerOptions Written = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public override string Name => "aliyun-sms";

    protected override Answer Throttled { get; } = new(400, """{"Code":"Throttling.User","Message":"Request was denied due to user flow control."}""");

    protected override Answer ExpiredCredentials { get; } = new(404, """{"Code":"InvalidAccessKeyId.NotFound","Message":"Specified access key is not found."}""");

    public override string Settings(Uri address, Uri tlsAddress) =>
        $$"""{ "accessKeyId": "simulated", "accessKeySecret": "simulated-secret", "signName": "禾光消费金融", "baseAddress": "{{address}}", "callbackSecret": "simulated-callback-secret", "timeoutSeconds": 2 }""";

    /// <summary>Aliyun's API sits at the root; the action header tells it from everything else.</summary>
    public override void Map(IEndpointRouteBuilder routes) => MapSend(routes, "/", ReadAsync, "x-acs-action");

    public void Reply(string from, string text) =>
        Simulation.CallBack(Name, address => Post(address, new { phone_number = from.Replace("+86", "", StringComparison.Ordinal), send_time = Time(), content = text, sign_name = "禾光消费金融", dest_code = "1", sequence_id = 1 }), mayBeLost: false);

    private Task<SimulatedSend> ReadAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!context.Request.Headers.Authorization.ToString().StartsWith("ACS3-HMAC-SHA256 Credential=simulated,", StringComparison.Ordinal)) return Task.FromResult(new SimulatedSend([], ExpiredCredentials));
        return Task.FromResult(context.Request.Headers["x-acs-action"].ToString() switch
        {
            "SendSms" => Send([query["PhoneNumbers"].ToString()], query["OutId"].FirstOrDefault(), query["TemplateParam"].ToString(), query["TemplateCode"].ToString()),
            "SendBatchSms" => Send(JsonSerializer.Deserialize<string[]>(query["PhoneNumberJson"].ToString())!, query["OutId"].FirstOrDefault(), query["TemplateParamJson"].ToString(), query["TemplateCode"].ToString()),
            "QuerySendDetails" => Details(query["PhoneNumber"].ToString(), query["SendDate"].ToString()),
            _ => new SimulatedSend([], new(404, """{"Code":"InvalidAction.NotFound","Message":"?"}""")),
        });
    }

    private SimulatedSend Send(string[] phones, string? id, string text, string template)
    {
        if (phones.Any(p => p.EndsWith("0001", StringComparison.Ordinal))) return new([], new(200, """{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"非法手机号"}"""));
        var reference = Simulation.NextReference("9000");
        return new(
            [.. phones.Select(p => new SimulatedMessage(phones.Length == 1 && id is not null ? id : $"{reference}/{p}", "+86" + p, text, template))],
            new(200, $$"""{"Code":"OK","Message":"OK","BizId":"{{reference}}","RequestId":"R"}"""),
            () =>
            {
                foreach (var phone in phones) Simulation.CallBack(Name, address => Post(address, Report(phone, reference, id)));
            });
    }

    private static object Report(string phone, string reference, string? id) => new
    {
        phone_number = phone,
        send_time = Time(),
        report_time = Time(),
        success = !phone.EndsWith("0003", StringComparison.Ordinal) && !phone.EndsWith("0005", StringComparison.Ordinal),
        err_code = phone[^4..] switch { "0003" => "UNDELIV", "0005" => "MBBLACK", _ => "DELIVERED" },
        err_msg = "",
        sms_size = "1",
        biz_id = reference,
        out_id = id,
    };

    private SimulatedSend Details(string phone, string day)
    {
        var sent = Simulation.Log.Entries.Where(e => e.Accepted && e.To == "+86" + phone && e.At.ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMdd", CultureInfo.InvariantCulture) == day).Select(e => new { OutId = e.Id, PhoneNum = phone, SendStatus = 3, ErrCode = "DELIVERED" });
        return new([], new(200, JsonSerializer.Serialize(new { Code = "OK", SmsSendDetailDTOs = new { SmsSendDetailDTO = sent } })));
    }

    private static string Time() => TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static HttpRequestMessage Post(Uri address, object item) =>
        new(HttpMethod.Post, address) { Content = new StringContent(JsonSerializer.Serialize(new[] { item }, Written), Encoding.UTF8, "application/json") };
}
