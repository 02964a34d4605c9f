using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What an opt-out link stands for.</summary>
/// <param name="OccurrenceId">The sending it stood in; 0: a preview or a test.</param>
/// <param name="CustomerNo">The customer, or <see cref="Everybody"/>.</param>
public sealed record UnsubscribeTarget(long OccurrenceId, long CustomerNo, ChannelKind Channel, Purpose Purpose)
{
    /// <summary>Of a text that many share: whoever opens it must say who they are.</summary>
    public const long Everybody = 0;

    /// <summary>The page must ask who the customer is. A link of a preview or a test names nobody and asks nothing.</summary>
    public bool IsShared => CustomerNo == Everybody && OccurrenceId != 0;
}

/// <summary>
/// Opt-out links that name the customer, or the sending where many share a text: signed, without an end and without a row: <c>/u/{token}</c>. They work without cookies, and only a POST acts (RFC 8058).
/// </summary>
public sealed class UnsubscribeLinks
{
    private const int PayloadBytes = 18;
    private const int SignatureBytes = 16;
    private readonly PersonalData personal;
    private readonly Uri publicUrl;

    internal UnsubscribeLinks(PersonalData personal, OrchestratorOptions options) => (this.personal, publicUrl) = (personal, options.PublicUrl);

    public Uri For(UnsubscribeTarget target)
    {
        Span<byte> bytes = stackalloc byte[PayloadBytes + SignatureBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, target.OccurrenceId);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], target.CustomerNo);
        (bytes[16], bytes[17]) = ((byte)target.Channel, (byte)target.Purpose);
        Sign(bytes[..PayloadBytes]).CopyTo(bytes[PayloadBytes..]);
        return new Uri(publicUrl, "/u/" + Base64Url.EncodeToString(bytes));
    }

    /// <summary>Null: not one of ours.</summary>
    public UnsubscribeTarget? Read(string token)
    {
        if (token.Length > 64 || !Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length != PayloadBytes + SignatureBytes || !CryptographicOperations.FixedTimeEquals(Sign(bytes.AsSpan(0, PayloadBytes)), bytes.AsSpan(PayloadBytes)))
            return null;
        return new UnsubscribeTarget(
            BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(8)), (ChannelKind)bytes[16], (Purpose)bytes[17]);
    }

    private byte[] Sign(ReadOnlySpan<byte> payload) =>
        Encoding.ASCII.GetBytes(personal.Lookup("unsubscribe-link", Convert.ToHexString(payload)))[..SignatureBytes];
}
