using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>WeChat Official Account: template messages, subscription notices, mass messages. Openids that begin with "dead" do not exist, with "refused" have refused: a mass message counts them as failed.</summary>
internal sealed class OfficialAccountSimulator(Simulation simulation, string name) : SimulatedHttpProvider(simulation)
{
    private const string CallbackToken = "simulated-token";
    private readonly ConcurrentDictionary<string, string> _seen = new();
    private readonly ConcurrentDictionary<string, string> _jobs = new();

    public override string Name => name;

    protected override Answer Throttled { get; } = new(200, """{"errcode":45009,"errmsg":"reach max api daily quota limit"}""");

    protected override Answer ExpiredCredentials { get; } = new(200, """{"errcode":40001,"errmsg":"invalid credential"}""");

    public override string Settings(Uri address, Uri tlsAddress) =>
        $$"""{ "appId": "wxsimulated", "secret": "simulated-secret", "callbackToken": "{{CallbackToken}}", "baseAddress": "{{address}}{{name}}", "timeoutSeconds": 2 }""";

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup($"/{name}/cgi-bin");
        api.MapPost("/stable_token", () => new { access_token = Simulation.NextReference("token"), expires_in = 7200 });
        if (name == "wechat-template") MapSend(api, "/message/template/send", ReadNoticeAsync);
        if (name == "wechat-subscribe") MapSend(api, "/message/subscribe/bizsend", ReadNoticeAsync);
        if (name != "wechat-mass") return;
        MapSend(api, "/message/mass/send", ReadMassAsync);
        api.MapPost("/message/mass/get", async context => await context.Response.WriteAsJsonAsync(new { msg_status = _jobs.GetValueOrDefault(await JobAsync(context), "SEND_FAIL") }));
        api.MapPost("/message/mass/delete", async context =>
        {
            _jobs[await JobAsync(context)] = "DELETE";
            await context.Response.WriteAsJsonAsync(new { errcode = 0 });
        });
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
        var template = json.RootElement.GetProperty("template_id").GetString();
        return known ? new([], reply) : new([new(to, to, json.RootElement.GetProperty("data").GetRawText(), template)], reply, () =>
        {
            _seen.TryAdd(id, reference);
            Simulation.CallBack(Name, address => Post(address, Finished(to, reference)));
        });
    }

    /// <summary>The event that tells of one notice.</summary>
    private string Finished(string to, string reference) => string.Create(CultureInfo.InvariantCulture, $"""
        <xml><FromUserName><![CDATA[{to}]]></FromUserName><CreateTime>{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}</CreateTime><MsgType><![CDATA[event]]></MsgType>{(name == "wechat-template"
            ? $"<Event>TEMPLATESENDJOBFINISH</Event><MsgID>{reference}</MsgID><Status>success</Status>"
            : $"<Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent><List><MsgID>{reference}</MsgID><ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>")}</xml>
        """);

    private static HttpRequestMessage Post(Uri address, string xml)
    {
        var (time, nonce) = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), "486452656");
        return new(HttpMethod.Post, $"{address}?timestamp={time}&nonce={nonce}&signature={Sign(CallbackToken, time, nonce)}") { Content = new StringContent(xml, Encoding.UTF8, "text/xml") };
    }

    private async Task<SimulatedSend> ReadMassAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var users = json.RootElement.GetProperty("touser").EnumerateArray().Select(e => e.GetString()!).ToList();
        if (users.Count < 2) return new([], new(200, """{"errcode":40130,"errmsg":"invalid openid list size, at least two openid"}"""));
        var text = json.RootElement.GetProperty("text").GetProperty("content").GetString()!;
        var job = Simulation.NextReference("3");
        return new(
            [.. users.Select(u => new SimulatedMessage(u, u, text))], new(200, $$"""{"errcode":0,"errmsg":"send job submission success","msg_id":{{job}}}"""),
            () =>
            {
                _jobs[job] = users.Exists(u => !IsRefused(u)) ? "SEND_SUCCESS" : "SEND_FAIL";
                Simulation.CallBack(Name, address => Post(address, Finished(job, users)));
            });
    }

    private static async Task<string> JobAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        return json.RootElement.GetProperty("msg_id").ToString();
    }

    /// <summary>The one report about a job: how many have it, not who.</summary>
    private static string Finished(string job, List<string> users)
    {
        var failed = users.Count(IsRefused);
        return $"""
            <xml><ToUserName>gh_simulated</ToUserName><FromUserName>oSystem</FromUserName><CreateTime>1714037059</CreateTime><MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>{job}</MsgID>
            <Status>send success</Status><TotalCount>{users.Count}</TotalCount><FilterCount>{users.Count}</FilterCount><SentCount>{users.Count - failed}</SentCount><ErrorCount>{failed}</ErrorCount></xml>
            """;
    }

    private static bool IsRefused(string user) => user.StartsWith("refused", StringComparison.Ordinal);

#pragma warning disable CA5350 // The platform signs with SHA-1; the wire contract is theirs.
    private static string Sign(params string[] parts) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Order(StringComparer.Ordinal)))));
#pragma warning restore CA5350
}
