using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts
{
    /// <summary>What is left of a campaign's audience after its members went: how many they were.</summary>
    public sealed class DroppedAudience
    {
        public Guid CampaignId { get; init; }
        public long Treated { get; init; }
        public long Holdout { get; init; }
        public long GlobalHoldout { get; init; }
        public DateTimeOffset DroppedAt { get; init; }
    }

    /// <summary>
    /// Takes away who was in the audience of a campaign that is over, once the last of its months was dropped: it explains messages that are gone. How many
    /// they were stays, and so does who is under legal hold. In slices; it may die at any line and begin again (docs/decisions/0250-audiences-go-with-their-last-month.md).
    /// </summary>
    internal sealed class DropAudiences(Database database, WorkSchedule schedule, AuditChain audit, BusinessClock clock) : IWorkHandler
    {
        public const string WorkKind = "drop-audiences";
        private const int Slice = 2_000;

        public string Kind => WorkKind;

        public static Task EnqueueAsync(WriteTransaction tx, WorkSchedule schedule, DateTimeOffset now, CancellationToken cancellationToken) =>
            schedule.EnqueueAsync(tx, new NewWork(WorkKind, WorkKind, now), cancellationToken);

        public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
        {
            foreach (var campaign in await database.ReadAsync(DueAsync, cancellationToken))
            {
                await database.WriteAsync((tx, token) => CountAsync(tx, campaign, token), cancellationToken);
                for (long? after = 0; after is { } from;)
                    after = await database.WriteAsync((tx, token) => TakeAsync(tx, campaign, from, token), cancellationToken);
            }
            await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
        }

        private static async Task<List<Guid>> DueAsync(OrchestratorDb db, CancellationToken cancellationToken)
        {
            var over = new[] { CampaignStatus.Closed, CampaignStatus.Rejected, CampaignStatus.Cancelled };
            var campaigns = await db.Campaigns
                .Where(row => over.Contains(row.Status) && db.AudienceMembers.Any(member => member.CampaignId == row.Id) && !db.LegalHolds.Any(hold => hold.LiftedAt == null && hold.CampaignId == row.Id && hold.CustomerNo == null))
                .Where(row => db.Occurrences.Any(of => of.CampaignId == row.Id) && !db.Occurrences.Any(of => of.CampaignId == row.Id && of.Kept == null))
                .Select(row => row.Id).ToListAsync(cancellationToken);
            var occurrences = await db.Occurrences.Where(row => campaigns.Contains(row.CampaignId)).Select(row => new { row.CampaignId, row.Id }).ToListAsync(cancellationToken);
            var dropped = await db.MonthDrops.Where(row => row.State == DropState.Dropped).Select(row => row.Month).ToListAsync(cancellationToken);
            return [.. occurrences.GroupBy(row => row.CampaignId).Where(own => own.All(row => dropped.Contains(LedgerMonth.OfOccurrence(row.Id).Number))).Select(own => own.Key)];
        }

        /// <summary>Before the first goes: reports go on to say how many they were.</summary>
        private async Task CountAsync(WriteTransaction tx, Guid campaign, CancellationToken cancellationToken)
        {
            if (await tx.Db.DroppedAudiences.AnyAsync(row => row.CampaignId == campaign, cancellationToken))
                return;
            var arms = await tx.Db.AudienceMembers.Where(row => row.CampaignId == campaign).GroupBy(row => row.Arm).Select(group => new { group.Key, Count = group.LongCount() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
            var row = new DroppedAudience { CampaignId = campaign, Treated = arms.GetValueOrDefault(Arm.Treated), Holdout = arms.GetValueOrDefault(Arm.Holdout), GlobalHoldout = arms.GetValueOrDefault(Arm.GlobalHoldout), DroppedAt = clock.GetUtcNow() };
            tx.Db.Add(row);
            await audit.AppendAsync(tx, LedgerMonths.Chain, Actor.System, cancellationToken, new AuditEntry("audience-dropped", campaign.ToString(), new { campaign, row.Treated, row.Holdout, row.GlobalHoldout }));
        }

        /// <returns>The last member looked at; null: there are no more.</returns>
        private static async Task<long?> TakeAsync(WriteTransaction tx, Guid campaign, long after, CancellationToken cancellationToken)
        {
            // A hold that is placed now comes before this slice, or after it.
            await LegalHolds.LockAsync(tx, cancellationToken);
            var last = await tx.Db.AudienceMembers.Where(row => row.CampaignId == campaign && row.CustomerNo > after).OrderBy(row => row.CustomerNo).Select(row => (long?)row.CustomerNo).Take(Slice).MaxAsync(cancellationToken);
            if (last is not null)
                await tx.Db.AudienceMembers
                    .Where(row => row.CampaignId == campaign && row.CustomerNo > after && row.CustomerNo <= last)
                    .Where(row => !tx.Db.LegalHolds.Any(hold => hold.LiftedAt == null && (hold.CampaignId == null || hold.CampaignId == campaign) && (hold.CustomerNo == null || hold.CustomerNo == row.CustomerNo)))
                    .ExecuteDeleteAsync(cancellationToken);
            return last;
        }
    }

    internal sealed class DroppedAudienceMapping : IEntityTypeConfiguration<DroppedAudience>
    {
        public void Configure(EntityTypeBuilder<DroppedAudience> builder)
        {
            builder.ToTable("dropped_audiences");
            builder.HasKey(row => row.CampaignId);
        }
    }
}

namespace Orchestrator.Host.Storage
{
    public sealed partial class OrchestratorDb
    {
        public DbSet<DroppedAudience> DroppedAudiences => Set<DroppedAudience>();
    }
}
