using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>A push service for browsers: takes what is encrypted, without being able to read it. Subscriptions whose path begins with "dead" are gone.</summary>
internal sealed class WebPushSimulator(Simulation simulation) : SimulatedHttpProvider(simulation)
{
    private static readonly string[] Here = ["127.0.0.1"];
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public override string Name => "web-push";

    protected override Answer Throttled { get; } = new(429, "slow down", "text/plain", RetryAfter: 2);

    protected override Answer ExpiredCredentials { get; } = new(403, "VAPID token expired", "text/plain");

    public override string Settings(Uri address, Uri tlsAddress)
    {
        var key = _key.ExportParameters(true);
        return JsonSerializer.Serialize(new
        {
            privateKey = Base64Url.EncodeToString(key.D),
            publicKey = Base64Url.EncodeToString([4, .. key.Q.X!, .. key.Q.Y!]),
            subject = "mailto:ops@example.com",
            pushHosts = Here,
            timeoutSeconds = 2,
        });
    }

    public override void Map(IEndpointRouteBuilder routes) => MapSend(routes, "/web-push/{subscription}", async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var to = (string)context.Request.RouteValues["subscription"]!;
        if (to.StartsWith("dead", StringComparison.Ordinal)) return new([], new(410, "gone", "text/plain"));
        var genuine = context.Request.Headers.Authorization.ToString().StartsWith("vapid t=", StringComparison.Ordinal) && context.Request.Headers.ContentEncoding == "aes128gcm" && body.Length > 103;
        if (!genuine) return new([], new(400, "bad request", "text/plain"));
        return new([new(to, to, Convert.ToBase64String(body.ToArray()))], new(201, "", "text/plain", Headers: new Dictionary<string, string> { ["Location"] = $"/m/{Simulation.NextReference("wp")}" }));
    });
}
