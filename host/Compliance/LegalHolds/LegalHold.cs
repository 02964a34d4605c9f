using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Compliance;

namespace Orchestrator.Host.Compliance
{
    /// <summary>
    /// A duty to keep records 法律保全, for a dispute or an inquiry: of a customer, of a campaign, or of a customer in one campaign. While it stands, what
    /// it covers outlives the month it lies in, and the customer is not erased. It never stops messages: that is a hold.
    /// </summary>
    public sealed class LegalHold
    {
        public Guid Id { get; init; }

        /// <summary>Null: every customer of the campaign.</summary>
        public long? CustomerNo { get; init; }

        /// <summary>Null: every campaign of the customer.</summary>
        public Guid? CampaignId { get; init; }
        public required string Reason { get; init; }

        /// <summary>Number of the case or the letter.</summary>
        public required string Reference { get; init; }
        public required string PlacedBy { get; init; }
        public DateTimeOffset PlacedAt { get; init; }
        public string? LiftedBy { get; set; }
        public DateTimeOffset? LiftedAt { get; set; }
        public string? LiftReason { get; set; }
    }

    internal sealed class LegalHoldMapping : IEntityTypeConfiguration<LegalHold>
    {
        public void Configure(EntityTypeBuilder<LegalHold> builder)
        {
            builder.ToTable("legal_holds");
            builder.HasIndex(row => row.CustomerNo).HasFilter("lifted_at IS NULL");   // whether somebody may be erased
            builder.HasIndex(row => row.CampaignId).HasFilter("lifted_at IS NULL");
        }
    }
}

namespace Orchestrator.Host.Storage
{
    public sealed partial class OrchestratorDb
    {
        public DbSet<LegalHold> LegalHolds => Set<LegalHold>();
    }
}
