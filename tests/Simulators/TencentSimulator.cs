using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>Tencent Cloud SMS, a result per number. Numbers ending in 0001 are incorrect, 0002 on the black list, 0003 fail later.</summary>
internal sealed class TencentSimulator(Simulation simulation) : SimulatedHttpProvider(simulation)
{
    public override string Name => "tencent-sms";

    protected override Answer Throttled { get; } = new(200, """{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"too fast"},"RequestId":"R"}}""");

    protected override Answer ExpiredCredentials { get; } = new(200, """{"Response":{"Error":{"Code":"AuthFailure.SignatureExpire","Message":"expired"},"RequestId":"R"}}""");

    public override string Settings(Uri address, Uri tlsAddress) =>
        $$"""{ "secretId": "simulated", "secretKey": "simulated-secret", "sdkAppId": "1400000000", "signName": "禾光消费金融", "baseAddress": "{{address}}", "callbackSecret": "simulated-callback-secret", "timeoutSeconds": 2 }""";

    public override void Map(IEndpointRouteBuilder routes) => MapSend(routes, "/", ReadAsync, "X-TC-Action");

    private async Task<SimulatedSend> ReadAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        if (!context.Request.Headers.Authorization.ToString().StartsWith("TC3-HMAC-SHA256 Credential=simulated/", StringComparison.Ordinal)) return new([], ExpiredCredentials);
        var ids = json.RootElement.GetProperty("SessionContext").GetString()!.Split(',');
        var text = json.RootElement.GetProperty("TemplateParamSet").GetRawText();
        var template = json.RootElement.GetProperty("TemplateId").GetString();
        var results = json.RootElement.GetProperty("PhoneNumberSet").EnumerateArray().Select((p, i) => Result(p.GetString()!, i < ids.Length ? ids[i] : ids[0])).ToList();
        return new(
            [.. results.Where(r => r.Code == "Ok").Select(r => new SimulatedMessage(r.Id, r.Phone, text, template))],
            new(200, JsonSerializer.Serialize(new { Response = new { SendStatusSet = results.Select(r => new { r.SerialNo, PhoneNumber = r.Phone, Fee = 1, SessionContext = ids[0], r.Code, Message = r.Code }), RequestId = "R" } })),
            () =>
            {
                foreach (var result in results.Where(r => r.Code == "Ok")) Simulation.CallBack(Name, address => Post(address, result.Phone, result.SerialNo));
            });
    }

    private (string Phone, string Id, string SerialNo, string Code) Result(string phone, string id) => phone[^4..] switch
    {
        "0001" => (phone, id, "", "InvalidParameterValue.IncorrectPhoneNumber"),
        "0002" => (phone, id, "", "FailedOperation.PhoneNumberInBlacklist"),
        _ => (phone, id, Simulation.NextReference("2645:"), "Ok"),
    };

    private static HttpRequestMessage Post(Uri address, string phone, string sid)
    {
        var good = !phone.EndsWith("0003", StringComparison.Ordinal);
        var report = new
        {
            user_receive_time = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            nationcode = phone[1..3],
            mobile = phone[3..],
            report_status = good ? "SUCCESS" : "FAIL",
            errmsg = good ? "DELIVRD" : "UNDELIV",
            description = "",
            sid,
        };
        return new(HttpMethod.Post, address) { Content = new StringContent(JsonSerializer.Serialize(new[] { report }), Encoding.UTF8, "application/json") };
    }
}
