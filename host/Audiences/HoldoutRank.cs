using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// Who of a campaign's members is held out: everybody has a pseudo-random rank from the campaign and their external id, and the lowest ranks
/// are the holdout. The same on every machine and independent of order, and the count is exact (docs/decisions/0070-exact-holdout.md).
/// </summary>
public static class HoldoutRank
{
    /// <summary>A rank of 63 bits, so that it sorts alike in both databases.</summary>
    public static long Of(Guid campaignId, string externalId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{campaignId:N}\n{externalId}"), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue;
    }

    /// <summary>How many of <paramref name="matched"/> are held out: the number asked for, at most half of them, or the percentage rounded half up to whole customers.</summary>
    public static long Count(long matched, decimal percent, int? count = null) =>
        count is { } wanted ? Math.Min(wanted, matched / 2) : (long)Math.Round(matched * percent / 100m, 0, MidpointRounding.AwayFromZero);
}
