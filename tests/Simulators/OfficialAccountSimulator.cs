using System.Collections.Concurrent;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>WeChat Official Account: template messages, subscription notices, mass messages. Openids that begin with "dead" do not exist, with "refused" have refused.</summary>
internal sealed class OfficialAccountSimulator(Simulation simulation, string name) : SimulatedProvider(simulation)
{
    private readonly ConcurrentDictionary<string, string> _seen = new();

    public override string Name => name;

    protected override Answer Throttled { get; } = new(200, """{"errcode":45009,"errmsg":"reach max api daily quota limit"}""");

    protected override Answer ExpiredCredentials { get; } = new(200, """{"errcode":40001,"errmsg":"invalid credential"}""");

    public override string Settings(Uri address, Uri tlsAddress) =>
        $$"""{ "appId": "wxsimulated", "secret": "simulated-secret", "callbackToken": "simulated-token", "baseAddress": "{{address}}{{name}}", "timeoutSeconds": 2 }""";

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup($"/{name}/cgi-bin");
        api.MapPost("/stable_token", () => new { access_token = Simulation.NextReference("token"), expires_in = 7200 });
        if (name == "wechat-template") MapSend(api, "/message/template/send", ReadNoticeAsync);
        if (name == "wechat-subscribe") MapSend(api, "/message/subscribe/bizsend", ReadNoticeAsync);
        if (name != "wechat-mass") return;
        MapSend(api, "/message/mass/send", ReadMassAsync);
        api.MapPost("/message/mass/get", () => new { msg_status = "SEND_SUCCESS" });
        api.MapPost("/message/mass/delete", () => new { errcode = 0 });
    }

    private async Task<SimulatedSend> ReadNoticeAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var to = json.RootElement.GetProperty("touser").GetString()!;
        if (to.StartsWith("dead", StringComparison.Ordinal)) return new([], new(200, """{"errcode":40003,"errmsg":"invalid openid"}"""));
        if (to.StartsWith("refused", StringComparison.Ordinal)) return new([], new(200, """{"errcode":43101,"errmsg":"user refuse to accept the msg"}"""));
        var id = json.RootElement.TryGetProperty("client_msg_id", out var client) ? client.GetString()! : to;
        var deduplicates = client.ValueKind == JsonValueKind.String;
        var known = _seen.TryGetValue(id, out var reference) && deduplicates;
        reference ??= Simulation.NextReference("2");
        var reply = new Answer(200, $$"""{"errcode":0,"errmsg":"ok","msgid":{{reference}}}""");
        return known ? new([], reply) : new([new(to, to, json.RootElement.GetProperty("data").GetRawText())], reply, () => _seen.TryAdd(id, reference));
    }

    private async Task<SimulatedSend> ReadMassAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var users = json.RootElement.GetProperty("touser").EnumerateArray().Select(e => e.GetString()!).ToList();
        if (users.Count < 2) return new([], new(200, """{"errcode":40130,"errmsg":"invalid openid list size, at least two openid"}"""));
        var text = json.RootElement.GetProperty("text").GetProperty("content").GetString()!;
        return new([.. users.Select(u => new SimulatedMessage(u, u, text))], new(200, $$"""{"errcode":0,"errmsg":"send job submission success","msg_id":{{Simulation.NextReference("3")}}}"""));
    }
}
