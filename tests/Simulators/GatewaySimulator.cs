using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>
/// A plain JSON SMS gateway. Numbers ending in 0001 do not exist, 0002 have opted out, 0003 fail later, 0004 expire later.
/// </summary>
internal sealed class GatewaySimulator(Simulation simulation) : SimulatedHttpProvider(simulation), IRepliesBack
{
    public const string CallbackSecret = "simulated-callback-secret";

    public override string Name => "http-gateway";

    protected override Answer Throttled { get; } = new(429, """{"code":"1009","msg":"too fast"}""", RetryAfter: 2);

    protected override Answer ExpiredCredentials { get; } = new(401, """{"code":"1001","msg":"bad token"}""");

    public override void Map(IEndpointRouteBuilder routes)
    {
        MapSend(routes, "/gateway/send", ReadAsync);
        routes.MapGet("/gateway/query", (string id) => new
        {
            reports = Simulation.Log.FindAccepted(id) is { } found ? new object[] { Report(found.Id, found.To, State(found.To)) } : [],
        });
    }

    public override string Settings(Uri address, Uri tlsAddress) => $$$"""
        {
          "request": {
            "url": "{{{address}}}gateway/send",
            "headers": { "Authorization": "Bearer ${secret.token}" },
            "body": "{\"id\":\"${echo}\",\"to\":\"${phone}\",\"text\":\"${text}\"}"
          },
          "reply": { "code": "code", "ref": "ref", "text": "msg", "accepted": ["0"], "throttled": ["1009"], "configuration": ["1001"], "suppress": ["4001"], "optOut": ["4002"] },
          "reports": { "items": "reports", "echo": "id", "ref": "ref", "phone": "to", "status": "status", "time": "time", "suppress": ["UNKNOWN"], "optOut": ["BLACK"] },
          "replies": { "items": "replies", "phone": "from", "text": "text", "time": "time", "ref": "moId" },
          "callback": { "secret": "{{{CallbackSecret}}}" },
          "query": {
            "request": { "url": "{{{address}}}gateway/query", "method": "GET", "format": "none", "query": { "id": "${echo}" } },
            "result": { "items": "reports", "echo": "id", "ref": "ref", "phone": "to", "status": "status", "time": "time", "accepted": ["ENROUTE"] },
            "absenceIsFinal": true,
            "visibilitySeconds": 1
          },
          "secrets": { "token": "simulated-token" },
          "timeoutSeconds": 2
        }
        """;

    public void Reply(string from, string text) =>
        Simulation.CallBack(Name, address => Post(address, new { replies = new[] { new { from, text, time = Time(), moId = Simulation.NextReference("mo") } } }), mayBeLost: false);

    private async Task<SimulatedSend> ReadAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var body = json.RootElement;
        var message = new SimulatedMessage(body.GetProperty("id").GetString()!, body.GetProperty("to").GetString()!, body.GetProperty("text").GetString()!);
        if (context.Request.Headers.Authorization != "Bearer simulated-token") return new([], ExpiredCredentials);
        if (message.To.EndsWith("0001", StringComparison.Ordinal)) return new([], new(200, """{"code":"4001","msg":"no such number"}"""));
        if (message.To.EndsWith("0002", StringComparison.Ordinal)) return new([], new(200, """{"code":"4002","msg":"blacklisted"}"""));
        var reference = Ref(message.Id);
        return new([message], new(200, $$"""{"code":"0","msg":"ok","ref":"{{reference}}"}"""), () => ReportLater(message));
    }

    private void ReportLater(SimulatedMessage message) =>
        Simulation.CallBack(Name, address => Post(address, new { reports = new[] { Report(message.Id, message.To, State(message.To)) } }));

    private static string State(string to) => to[^4..] switch { "0003" => "UNDELIV", "0004" => "EXPIRED", _ => "DELIVRD" };

    private object Report(string id, string to, string status) => new { id, @ref = Ref(id), to, status, time = Time() };

    private static string Ref(string id) => "gw-" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(id));

    private string Time() => Simulation.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static HttpRequestMessage Post(Uri address, object body) =>
        new(HttpMethod.Post, address) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
}
