using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Sops;

internal static class StandingApprovals
{
    /// <summary>Elements with an approval that stands, in ordinal order. Counts approvals given earlier in the same transaction too.</summary>
    public static async Task<IReadOnlyList<string>> ElementsAsync(WriteTransaction tx, Guid campaignId, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        var elements = await tx.Db.Approvals.AsNoTracking().Where(row => row.CampaignId == campaignId && row.VoidedAt == null)
            .Select(row => row.ElementId).Distinct().ToListAsync(cancellationToken);
        return [.. elements.Order(StringComparer.Ordinal)];
    }
}
