using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Somebody whom the approved audience rule matched when a recurring reach-out fired.</summary>
public sealed class OccurrenceMember
{
    public long OccurrenceId { get; init; }
    public long CustomerNo { get; init; }
}

internal sealed class OccurrenceMemberMapping : IEntityTypeConfiguration<OccurrenceMember>
{
    public void Configure(EntityTypeBuilder<OccurrenceMember> builder)
    {
        builder.ToTable("occurrence_members");
        builder.HasKey(row => new { row.OccurrenceId, row.CustomerNo });
        builder.IsByMonth();
    }
}
