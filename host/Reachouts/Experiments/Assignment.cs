using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Reachouts;

/// <summary>Who gets which variant: a hash of campaign, experiment and the customer's own id, cut by the variants' shares. The same on every machine and at any time.</summary>
public static class Assignment
{
    /// <returns>Number of the variant, from 1.</returns>
    public static short VariantOf(Experiment experiment, Guid campaignId, string customer)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{campaignId:N}\n{experiment.Key}\n{customer}"), hash);
        var place = (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
        var total = experiment.Variants.Sum(variant => variant.Share);
        var end = 0m;
        for (var i = 0; i < experiment.Variants.Count; i++)
        {
            end += experiment.Variants[i].Share;
            if ((decimal)place < end / total)
                return (short)(i + 1);
        }
        return (short)experiment.Variants.Count;
    }
}
