using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// Tells decisions how many customers the brief's rule matches now. A rule that cannot be read, and one that matches nobody yet (customers are
/// imported later), leave the brief's ceiling as the bound: a worst case of nothing would be the one figure that is surely wrong at launch.
/// </summary>
internal sealed class AudienceFacts(AttributeCatalogue catalogue, SegmentScan scan, BusinessClock clock) : IFactSource
{
    public async Task AddAsync(OrchestratorDb db, Brief brief, IDictionary<string, object?> facts, CancellationToken cancellationToken)
    {
        if (SegmentRule.Compile(brief.Audience.Rule, await catalogue.CurrentAsync(cancellationToken)) is not { IsRefused: false, Value: var rule })
            return;
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var matched = 0L;
            ScanSlice slice;
            var after = 0L;
            do
            {
                slice = await scan.ReadAsync(db.Database.GetDbConnection(), db.Database.CurrentTransaction?.GetDbTransaction(), rule, after, SegmentScan.SliceRows, clock.GetUtcNow(), cancellationToken);
                (matched, after) = (matched + slice.Members.Count, slice.LastNo);
            }
            while (!slice.IsLast);
            facts[CampaignFacts.Matched] = matched;
            if (matched > 0)
                facts[CampaignFacts.Audience] = matched;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
