using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Storage;

internal enum DataKeyPurpose
{
    Encryption,
    Lookup,

    /// <summary>Draws the global holdout; never replaced, or other customers would be held out.</summary>
    Holdout,
}

/// <summary>A data key, wrapped by the master key.</summary>
internal sealed class DataKey
{
    public int Id { get; init; }
    public DataKeyPurpose Purpose { get; init; }
    public required string Wrapped { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An ASP.NET Data Protection key (cookies and anti-forgery only), sealed by the master key.</summary>
internal sealed class CookieKey
{
    public required string Name { get; init; }
    public required string Sealed { get; set; }
}

internal sealed class DataKeyMapping : IEntityTypeConfiguration<DataKey>
{
    public void Configure(EntityTypeBuilder<DataKey> builder)
    {
        builder.ToTable("data_keys");
        builder.Property(row => row.Id).ValueGeneratedNever();
    }
}

internal sealed class CookieKeyMapping : IEntityTypeConfiguration<CookieKey>
{
    public void Configure(EntityTypeBuilder<CookieKey> builder)
    {
        builder.ToTable("cookie_keys");
        builder.HasKey(row => row.Name);
    }
}
