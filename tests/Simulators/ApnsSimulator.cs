using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>Apple's push service over HTTP/2 with TLS; verifies the provider token. Device tokens that begin with "dead" are unregistered.</summary>
internal sealed class ApnsSimulator(Simulation simulation) : SimulatedHttpProvider(simulation)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public override string Name => "apns";

    protected override Answer Throttled { get; } = new(429, """{"reason":"TooManyRequests"}""");

    protected override Answer ExpiredCredentials { get; } = new(403, """{"reason":"ExpiredProviderToken"}""");

    /// <summary>HTTP/2 needs TLS here, so both addresses are the https one.</summary>
    public override string Settings(Uri address, Uri tlsAddress) => JsonSerializer.Serialize(new
    {
        teamId = "SIMTEAM123",
        keyId = "SIMKEY1234",
        privateKey = _key.ExportPkcs8PrivateKeyPem(),
        topic = "cn.example.heguang",
        baseAddress = tlsAddress,
        timeoutSeconds = 2,
    });

    public override void Map(IEndpointRouteBuilder routes) => MapSend(routes, "/3/device/{token}", ReadAsync);

    private async Task<SimulatedSend> ReadAsync(HttpContext context)
    {
        using var json = JsonDocument.Parse(await BodyAsync(context));
        var to = (string)context.Request.RouteValues["token"]!;
        if (context.Request.Protocol != "HTTP/2" || !Verifies(context.Request.Headers.Authorization.ToString())) return new([], new(403, """{"reason":"InvalidProviderToken"}"""));
        if (to.StartsWith("dead", StringComparison.Ordinal)) return new([], new(410, """{"reason":"Unregistered","timestamp":1732200000000}"""));
        var id = context.Request.Headers["apns-id"].ToString();
        var text = json.RootElement.GetProperty("aps").GetProperty("alert").GetProperty("body").GetString()!;
        return new([new(json.RootElement.GetProperty("id").GetString()!, to, text)], new(200, "", Headers: new Dictionary<string, string> { ["apns-id"] = id }));
    }

    private bool Verifies(string authorization)
    {
        var parts = authorization.Replace("bearer ", "", StringComparison.Ordinal).Split('.');
        return parts.Length == 3
            && _key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
