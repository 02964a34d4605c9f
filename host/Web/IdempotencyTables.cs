using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Web;

/// <summary>A request that was carried out, kept for seven days; <see cref="Status"/> is null while its reply is not known.</summary>
internal sealed class IdempotencyRecord
{
    public required string UserName { get; init; }
    public required string Key { get; init; }
    public required string Route { get; init; }
    public required string BodyHash { get; init; }
    public DateTimeOffset At { get; init; }
    public int? Status { get; set; }
    public string? ContentType { get; set; }
    public byte[]? Body { get; set; }
}

internal sealed class IdempotencyRecordMapping : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("idempotency_keys");
        builder.HasKey(row => new { row.UserName, row.Key });
        builder.HasIndex(row => row.At);   // retention deletes by age
    }
}
