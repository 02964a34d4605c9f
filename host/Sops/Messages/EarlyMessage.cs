using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Sops.Messages;

/// <summary>A message that arrived before anything waited for it.</summary>
public sealed class EarlyMessage
{
    /// <summary>In the order of arrival.</summary>
    public Guid Id { get; init; }

    /// <summary>The instance that sent it; empty for one from outside.</summary>
    public Guid From { get; init; }
    public required string Name { get; init; }
    public string? Correlation { get; init; }
    public required string VariablesJson { get; init; }

    /// <summary>Nobody gets it after this.</summary>
    public DateTimeOffset Until { get; init; }
}

internal sealed class EarlyMessageMapping : IEntityTypeConfiguration<EarlyMessage>
{
    public void Configure(EntityTypeBuilder<EarlyMessage> builder)
    {
        builder.ToTable("early_messages");
        builder.HasIndex(row => new { row.Name, row.Correlation });   // what came before this subscription
        builder.HasIndex(row => row.Until);                           // what is over
    }
}
