using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Fixtures;

/// <summary>Devices and browsers of a push provider: their tokens, and what they read of what went over the wire.</summary>
internal sealed class PushDevices(string provider, SimulatorHost simulator) : IDisposable
{
    private static readonly byte[] Auth = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    private readonly ECDiffieHellman browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The provider says that this one is gone.</summary>
    public string Dead => Named("dead0001");

    public string Token(int number) => Named($"{number:D8}c9b1a2");

    public (string Id, string Text) Read(LoggedMessage message)
    {
        if (provider != "web-push")
            return (message.Id, message.Text);
        using var json = JsonDocument.Parse(Decrypted(Convert.FromBase64String(message.Text)));
        return (json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("body").GetString()!);
    }

    public void Dispose() => browser.Dispose();

    private string Named(string name) => provider == "web-push"
        ? JsonSerializer.Serialize(new { endpoint = new Uri(simulator.Address, $"web-push/{name}"), keys = new { p256dh = Base64Url.EncodeToString(Point(browser)), auth = Base64Url.EncodeToString(Auth) } })
        : name;

    /// <summary>RFC 8291, as the browser does it: salt, record size, the server's key, one sealed record.</summary>
    private string Decrypted(byte[] body)
    {
        var (salt, theirs, record) = (body[..16], body[21..86], body[86..]);
        using var server = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = theirs[1..33], Y = theirs[33..] } });
        var shared = browser.DeriveRawSecretAgreement(server.PublicKey);
        var input = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, Auth, [.. "WebPush: info\0"u8, .. Point(browser), .. theirs]);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]);
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, [.. "Content-Encoding: nonce\0"u8]);
        var plain = new byte[record.Length - 16];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(nonce, record[..^16], record[^16..], plain);
        return Encoding.UTF8.GetString(plain).TrimEnd('\0').TrimEnd('\u0002');
    }

    private static byte[] Point(ECDiffieHellman key)
    {
        var point = key.ExportParameters(false).Q;
        return [4, .. point.X!, .. point.Y!];
    }
}
