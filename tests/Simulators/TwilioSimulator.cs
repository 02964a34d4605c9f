using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>Twilio's Messages API. Numbers ending in 0001 are invalid, 0002 have replied STOP, 0003 end undelivered.</summary>
internal sealed class TwilioSimulator(Simulation simulation) : SimulatedHttpProvider(simulation), IRepliesBack
{
    private const string Sid = "AC00000000000000000000000000000000";
    private const string Token = "simulated-auth-token";

    public override string Name => "twilio";

    protected override Answer Throttled { get; } = new(429, """{"code":20429,"message":"Too Many Requests","status":429}""", RetryAfter: 2);

    protected override Answer ExpiredCredentials { get; } = new(401, """{"code":20003,"message":"Authenticate","status":401}""");

    public override string Settings(Uri address, Uri tlsAddress) => $$"""
        {
          "accountSid": "{{Sid}}", "authToken": "{{Token}}", "from": "+15005550006", "baseAddress": "{{address}}",
          "statusCallback": "{{(Simulation.Callbacks.TryGetValue(Name, out var callback) ? callback : "https://host.example/callbacks/twilio")}}", "timeoutSeconds": 2
        }
        """;

    public override void Map(IEndpointRouteBuilder routes)
    {
        MapSend(routes, $"/2010-04-01/Accounts/{Sid}/Messages.json", ReadAsync);
        routes.MapGet($"/2010-04-01/Accounts/{Sid}/Messages/{{sid}}.json", (string sid) =>
            Simulation.Log.Entries.Any(e => e.Accepted && Ref(e.Id) == sid) ? Results.Json(new { sid, status = "delivered" }) : Results.NotFound());
    }

    public void Reply(string from, string text) => CallBack(new() { ["MessageSid"] = Simulation.NextReference("SM"), ["From"] = from, ["To"] = "+15005550006", ["Body"] = text }, null, mayBeLost: false);

    private async Task<SimulatedSend> ReadAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Sid}:{Token}"));
        if (context.Request.Headers.Authorization != $"Basic {basic}") return new([], ExpiredCredentials);
        var to = form["To"].ToString();
        if (to.EndsWith("0001", StringComparison.Ordinal)) return new([], new(400, """{"code":21211,"message":"Invalid 'To' Phone Number","status":400}"""));
        if (to.EndsWith("0002", StringComparison.Ordinal)) return new([], new(400, """{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}"""));
        var callback = form["StatusCallback"].ToString();
        var id = callback.Contains("echo=", StringComparison.Ordinal) ? callback[(callback.IndexOf("echo=", StringComparison.Ordinal) + 5)..] : Simulation.NextReference("none");
        var sid = Ref(id);
        return new(
            [form["ContentSid"].ToString() is { Length: > 0 } content ? new(id, to, form["ContentVariables"].ToString(), content) : new(id, to, form["Body"].ToString())],
            new(201, JsonSerializer.Serialize(new { sid, status = "queued", error_code = (int?)null, num_segments = "1" })),
            () => CallBack(new() { ["MessageSid"] = sid, ["MessageStatus"] = to.EndsWith("0003", StringComparison.Ordinal) ? "undelivered" : "delivered", ["To"] = to, ["From"] = "+15005550006" }, callback, mayBeLost: true));
    }

    private void CallBack(Dictionary<string, string> form, string? exact, bool mayBeLost) =>
        Simulation.CallBack(Name, address =>
        {
            var url = exact is null ? address.AbsoluteUri : exact;
            var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) };
            request.Headers.Add("X-Twilio-Signature", Sign(url, form));
            return request;
        }, mayBeLost);

    private static string Ref(string id) => "SM" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];

#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1; the wire contract is theirs.
    private static string Sign(string url, Dictionary<string, string> form) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes(url + string.Concat(form.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Key + f.Value)))));
#pragma warning restore CA5350
}
