using System.Collections.Concurrent;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>
/// WeCom: application messages (names that begin with "dead" are no members) and customer mass messages
/// (customers that begin with "dead" fail, so does everything of a sender that begins with "left"; a task is confirmed by <c>POST /_wecom/confirm</c>).
/// </summary>
internal sealed class WeComSimulator(Simulation simulation, string name) : SimulatedHttpProvider(simulation)
{
    private readonly ConcurrentDictionary<string, (string Sender, string[] Customers, string State)> _tasks = new();

    public override string Name => name;

    protected override Answer Throttled { get; } = new(200, """{"errcode":45009,"errmsg":"api freq out of limit"}""");

    protected override Answer ExpiredCredentials { get; } = new(200, """{"errcode":42001,"errmsg":"access_token expired"}""");

    public override string Settings(Uri address, Uri tlsAddress) => name switch
    {
        "wecom-app" => $$"""{ "corpId": "wwsimulated", "secret": "simulated-secret", "agentId": 1000002, "baseAddress": "{{address}}{{name}}", "timeoutSeconds": 2 }""",
        "wecom-robot" => $$"""{ "key": "simulated-robot-key", "baseAddress": "{{address}}{{name}}", "timeoutSeconds": 2 }""",
        _ => $$"""{ "corpId": "wwsimulated", "secret": "simulated-secret", "sender": "zhangsan", "baseAddress": "{{address}}{{name}}", "timeoutSeconds": 2 }""",
    };

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup($"/{name}/cgi-bin");
        api.MapGet("/gettoken", () => new { errcode = 0, errmsg = "ok", access_token = Simulation.NextReference("token"), expires_in = 7200 });
        if (name == "wecom-app") MapSend(api, "/message/send", ReadAppMessageAsync);
        if (name == "wecom-robot") MapSend(api, "/webhook/send", ReadRobotMessageAsync);
        if (name != "wecom-customer") return;
        MapSend(api, "/externalcontact/add_msg_template", ReadMassMessageAsync);
        api.MapPost("/externalcontact/get_groupmsg_task", (JsonElement body) => new { errcode = 0, task_list = new[] { new { userid = Task(body).Sender, status = Task(body).State == "sent" ? 2 : 0 } } });
        api.MapPost("/externalcontact/get_groupmsg_send_result", (JsonElement body) => new
        {
            errcode = 0,
            send_list = Task(body).Customers.Select(c => new { external_userid = c, userid = Task(body).Sender, status = Task(body).State == "sent" ? 1 : 0, send_time = 0 }),
        });
        api.MapPost("/externalcontact/cancel_groupmsg_send", (JsonElement body) => Change(body, "cancelled"));
        MapSend(api, "/externalcontact/remind_groupmsg_send", ReadReminderAsync);
        routes.MapPost("/_wecom/confirm", (JsonElement body) => Change(body, "sent"));
    }

    private async Task<SimulatedSend> ReadAppMessageAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var users = json.RootElement.GetProperty("touser").GetString()!.Split('|');
        var invalid = users.Where(u => u.StartsWith("dead", StringComparison.Ordinal)).ToArray();
        var text = json.RootElement.TryGetProperty("text", out var plain) ? plain.GetProperty("content").GetString()! : json.RootElement.GetProperty("textcard").GetProperty("description").GetString()!;
        return new(
            [.. users.Except(invalid).Select(u => new SimulatedMessage(u, u, text))],
            new(200, JsonSerializer.Serialize(new { errcode = 0, errmsg = "ok", invaliduser = string.Join('|', invalid), msgid = Simulation.NextReference("msg") })));
    }

    private async Task<SimulatedSend> ReadRobotMessageAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var kind = json.RootElement.GetProperty("msgtype").GetString()!;
        var text = json.RootElement.GetProperty(kind).GetProperty("content").GetString()!;
        return new([new("robot", "robot", text)], new(200, """{"errcode":0,"errmsg":"ok"}"""));
    }

    private async Task<SimulatedSend> ReadMassMessageAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var customers = json.RootElement.GetProperty("external_userid").EnumerateArray().Select(e => e.GetString()!).ToArray();
        var failed = customers.Where(c => c.StartsWith("dead", StringComparison.Ordinal)).ToArray();
        var task = Simulation.NextReference("task");
        var text = json.RootElement.GetProperty("text").GetProperty("content").GetString()!;
        var sender = json.RootElement.GetProperty("sender").GetString()!;
        if (sender.StartsWith("left", StringComparison.Ordinal)) return new([], new(200, """{"errcode":40003,"errmsg":"invalid userid"}"""));
        return new(
            [.. customers.Except(failed).Select(c => new SimulatedMessage(c, c, text) { Note = sender })],
            new(200, JsonSerializer.Serialize(new { errcode = 0, errmsg = "ok", fail_list = failed, msgid = task })),
            () => _tasks[task] = (sender, [.. customers.Except(failed)], "waiting"));
    }

    /// <summary>Kept in the log as a message to the member of staff.</summary>
    private async Task<SimulatedSend> ReadReminderAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var id = json.RootElement.GetProperty("msgid").GetString()!;
        return _tasks.TryGetValue(id, out var task) && task.State != "cancelled"
            ? new([new(Simulation.NextReference("reminder"), task.Sender, id)], new(200, """{"errcode":0,"errmsg":"ok"}"""))
            : new([], new(200, """{"errcode":41093,"errmsg":"no such task"}"""));
    }

    private (string Sender, string[] Customers, string State) Task(JsonElement body) => _tasks[body.GetProperty("msgid").GetString()!];

    private IResult Change(JsonElement body, string state)
    {
        var id = body.GetProperty("msgid").GetString()!;
        if (!_tasks.TryGetValue(id, out var task) || task.State == "cancelled") return Results.Json(new { errcode = 41093, errmsg = "no such task" });
        _tasks[id] = task with { State = state };
        return Results.Json(new { errcode = 0, errmsg = "ok" });
    }
}
