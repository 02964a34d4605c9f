using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Channels.Push;

namespace Orchestrator.Channels.Tests.Push;

public sealed class SignedTokenTests
{
    [Fact]
    public void An_ES256_token_verifies_with_the_public_key_alone()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var verifier = ECDsa.Create(key.ExportParameters(false));

        var parts = SignedToken.Es256(key, new { alg = "ES256", kid = "K" }, new { iss = "T", iat = 1 }).Split('.');

        Assert.Equal("ES256", Header(parts).GetProperty("alg").GetString());
        Assert.True(verifier.VerifyData(Signed(parts), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    [Fact]
    public void An_RS256_token_verifies_with_the_public_key_alone()
    {
        using var key = RSA.Create(2048);
        using var verifier = RSA.Create(key.ExportParameters(false));

        var parts = SignedToken.Rs256(key, new { alg = "RS256" }, new { aud = "https://oauth2.googleapis.com/token" }).Split('.');

        Assert.Equal("RS256", Header(parts).GetProperty("alg").GetString());
        Assert.True(verifier.VerifyData(Signed(parts), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static JsonElement Header(string[] parts) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[0]));

    private static byte[] Signed(string[] parts) => Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
}
