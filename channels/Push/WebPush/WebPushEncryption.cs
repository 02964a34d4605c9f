using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Channels.Push.WebPush;

/// <summary>Message encryption for Web Push (RFC 8291) in one aes128gcm record (RFC 8188).</summary>
internal static class WebPushEncryption
{
    private const int RecordSize = 4096;

    /// <summary>Longest plain text that fits the record and the push services' 4096 bytes.</summary>
    public const int MaxPlain = RecordSize - 86 - 16 - 1;

    public static byte[] Encrypt(ReadOnlySpan<byte> plain, byte[] userAgentPublic, byte[] authSecret)
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(plain, userAgentPublic, authSecret, key, RandomNumberGenerator.GetBytes(16));
    }

    internal static byte[] Encrypt(ReadOnlySpan<byte> plain, byte[] userAgentPublic, byte[] authSecret, ECDiffieHellman serverKey, byte[] salt)
    {
        var serverPublic = Point(serverKey.ExportParameters(false));
        var (cek, nonce) = Keys(userAgentPublic, authSecret, serverKey, serverPublic, salt);
        var record = new byte[plain.Length + 1];
        plain.CopyTo(record);
        record[^1] = 2;   // delimiter of the last record

        var body = new byte[16 + 4 + 1 + 65 + record.Length + 16];
        salt.CopyTo(body, 0);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(16), RecordSize);
        body[20] = 65;
        serverPublic.CopyTo(body, 21);
        using var aes = new AesGcm(cek, 16);
        aes.Encrypt(nonce, record, body.AsSpan(86, record.Length), body.AsSpan(86 + record.Length));
        return body;
    }

    internal static (byte[] Cek, byte[] Nonce) Keys(byte[] userAgentPublic, byte[] authSecret, ECDiffieHellman serverKey, byte[] serverPublic, byte[] salt)
    {
        var ikm = InputKey(userAgentPublic, authSecret, serverKey, serverPublic);
        var prk = HKDF.Extract(HashAlgorithmName.SHA256, ikm, salt);
        return (HKDF.Expand(HashAlgorithmName.SHA256, prk, 16, "Content-Encoding: aes128gcm\0"u8.ToArray()),
            HKDF.Expand(HashAlgorithmName.SHA256, prk, 12, "Content-Encoding: nonce\0"u8.ToArray()));
    }

    internal static byte[] InputKey(byte[] userAgentPublic, byte[] authSecret, ECDiffieHellman serverKey, byte[] serverPublic)
    {
        using var userAgent = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Coordinates(userAgentPublic) });
        var shared = serverKey.DeriveRawSecretAgreement(userAgent.PublicKey);
        byte[] info = [.. Encoding.ASCII.GetBytes("WebPush: info\0"), .. userAgentPublic, .. serverPublic];
        return HKDF.Expand(HashAlgorithmName.SHA256, HKDF.Extract(HashAlgorithmName.SHA256, shared, authSecret), 32, info);
    }

    internal static byte[] Point(ECParameters parameters) => [4, .. parameters.Q.X!, .. parameters.Q.Y!];

    internal static ECPoint Coordinates(byte[] point) =>
        point is [4, ..] && point.Length == 65 ? new ECPoint { X = point[1..33], Y = point[33..] } : throw new CryptographicException("The key is no uncompressed P-256 point.");
}
