using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Sops;

internal static class StandingApprovals
{
    /// <summary>Elements whose newest approval stands, in ordinal order. Counts approvals given earlier in the same transaction too.</summary>
    public static async Task<IReadOnlyList<string>> ElementsAsync(WriteTransaction tx, Guid campaignId, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        var approvals = await tx.Db.Approvals.AsNoTracking().Where(row => row.CampaignId == campaignId)
            .Select(row => new { row.ElementId, row.At, row.Id, row.VoidedAt }).ToListAsync(cancellationToken);
        return
        [
            .. approvals.GroupBy(row => row.ElementId, StringComparer.Ordinal)
                .Where(group => group.OrderBy(row => row.At).ThenBy(row => row.Id).Last().VoidedAt is null)
                .Select(group => group.Key)
                .Order(StringComparer.Ordinal),
        ];
    }
}
