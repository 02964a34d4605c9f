using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>Firebase Cloud Messaging v1 and its token server. Tokens that begin with "dead" are unregistered.</summary>
internal sealed class FcmSimulator(Simulation simulation) : SimulatedHttpProvider(simulation)
{
    /// <summary>Made once a process: RSA keys are slow to make.</summary>
    private static readonly Lazy<string> Key = new(NewKey);

    public override string Name => "fcm";

    protected override Answer Throttled { get; } = Error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED") with { RetryAfter = 2 };

    protected override Answer ExpiredCredentials { get; } = Error(401, "UNAUTHENTICATED", null);

    public override string Settings(Uri address, Uri tlsAddress) => JsonSerializer.Serialize(new
    {
        projectId = "simulated",
        clientEmail = "sender@simulated.iam.gserviceaccount.com",
        privateKey = Key.Value,
        tokenAddress = new Uri(address, "fcm-token"),
        baseAddress = address,
        timeoutSeconds = 2,
    });

    public override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/fcm-token", () => new { access_token = Simulation.NextReference("ya29."), expires_in = 3600 });
        MapSend(routes, "/v1/projects/simulated/messages:send", ReadAsync);
    }

    private async Task<SimulatedSend> ReadAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var message = json.RootElement.GetProperty("message");
        var to = message.GetProperty("token").GetString()!;
        if (to.StartsWith("dead", StringComparison.Ordinal)) return new([], Error(404, "NOT_FOUND", "UNREGISTERED"));
        return new(
            [new(message.GetProperty("data").GetProperty("id").GetString()!, to, message.GetProperty("notification").GetProperty("body").GetString()!) { Note = message.GetProperty("data").TryGetProperty("url", out var url) ? url.GetString() : null }],
            new(200, $$"""{"name":"projects/simulated/messages/{{Simulation.NextReference("0:")}}"}"""));
    }

    private static Answer Error(int status, string name, string? fcm) => new(status, JsonSerializer.Serialize(new
    {
        error = new
        {
            code = status,
            message = name,
            status = name,
            details = fcm is null ? [] : new object[] { new Dictionary<string, string> { ["@type"] = "type.googleapis.com/google.firebase.fcm.v1.FcmError", ["errorCode"] = fcm } },
        },
    }));

    private static string NewKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
