using System.Collections.Concurrent;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>JPush v3. Registration ids that begin with "dead" are unknown, with "offline" are never reached; a cid seen before is answered with the first message.</summary>
internal sealed class JPushSimulator(Simulation simulation) : SimulatedHttpProvider(simulation)
{
    private readonly ConcurrentDictionary<string, string> _cids = new();
    private readonly ConcurrentDictionary<string, string> _sent = new();

    public override string Name => "jpush";

    protected override Answer Throttled { get; } = new(429, """{"error":{"code":2002,"message":"Rate limit exceeded"}}""", Headers: new Dictionary<string, string> { ["X-Rate-Limit-Reset"] = "2" });

    protected override Answer ExpiredCredentials { get; } = new(401, """{"error":{"code":1004,"message":"Authen failed"}}""");

    public override string Settings(Uri address, Uri tlsAddress) =>
        $$"""{ "appKey": "simulated", "masterSecret": "simulated-master-secret", "baseAddress": "{{address}}", "reportAddress": "{{address}}", "timeoutSeconds": 2 }""";

    public override void Map(IEndpointRouteBuilder routes)
    {
        MapSend(routes, "/v3/push", ReadAsync);
        routes.MapGet("/v3/received/detail", (string msg_ids) => msg_ids.Split(',') is { Length: <= 100 } ids
            ? Results.Json(ids.Where(_sent.ContainsKey).Select(id => new { msg_id = id, jpush_received = _sent[id].StartsWith("offline", StringComparison.Ordinal) ? 0 : 1 }))
            : Results.BadRequest());
    }

    private async Task<SimulatedSend> ReadAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var cid = json.RootElement.GetProperty("cid").GetString()!;
        var to = json.RootElement.GetProperty("audience").GetProperty("registration_id")[0].GetString()!;
        var text = json.RootElement.GetProperty("notification").GetProperty("alert").GetString()!;
        if (to.StartsWith("dead", StringComparison.Ordinal)) return new([], new(400, """{"error":{"code":1011,"message":"cannot find user by this audience"}}"""));
        var known = _cids.TryGetValue(cid, out var reference);
        reference ??= Simulation.NextReference("58");
        var reply = new Answer(200, $$"""{"sendno":"0","msg_id":"{{reference}}"}""");
        return known ? new([], reply) : new([new(cid, to, text)], reply, () => _sent[_cids.GetOrAdd(cid, reference)] = to);
    }
}
