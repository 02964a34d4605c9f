using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Channels.Push;

/// <summary>Compact JSON Web Tokens, signed with ES256 or RS256.</summary>
internal static class SignedToken
{
    public static string Es256(ECDsa key, object header, object claims) =>
        Make(header, claims, text => key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    public static string Rs256(RSA key, object header, object claims) =>
        Make(header, claims, text => key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Make(object header, object claims, Func<byte[], byte[]> sign)
    {
        var text = $"{Part(header)}.{Part(claims)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value, SettingsJson.Relaxed));
}
