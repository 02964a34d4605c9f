using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>A task outcome bound to the hashes of the parts that it covers. Stands until one of them changes.</summary>
public sealed class Approval
{
    public Guid Id { get; init; }
    public Guid CampaignId { get; init; }
    public Guid TaskId { get; init; }
    public required string ElementId { get; init; }
    public required string By { get; init; }
    public DateTimeOffset At { get; init; }
    public string? Reason { get; init; }

    /// <summary>Part name to the hash that was approved, as JSON.</summary>
    public required string PartsJson { get; init; }

    /// <summary>The whole package at that moment.</summary>
    public required string PackageHash { get; init; }
    public DateTimeOffset? VoidedAt { get; set; }

    /// <summary>Who made the edit that voided it, or sent back with redo.</summary>
    public string? VoidedBy { get; set; }

    /// <summary>The changed parts that voided it.</summary>
    public List<string> VoidedParts { get; set; } = [];

    public bool Stands => VoidedAt is null;

    public IReadOnlyDictionary<string, string> Parts() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(PartsJson, JsonDefaults.Options)!;
}

internal sealed class ApprovalMapping : IEntityTypeConfiguration<Approval>
{
    public void Configure(EntityTypeBuilder<Approval> builder)
    {
        builder.ToTable("approvals");
        builder.Ignore(row => row.Stands);
        builder.HasIndex(row => row.CampaignId);
        builder.HasIndex(row => new { row.By, row.At });   // what I signed last
        builder.PrimitiveCollection(row => row.VoidedParts);
    }
}
