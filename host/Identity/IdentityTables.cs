using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Identity;

/// <summary>A person who may sign in, or another system (no password, tokens only).</summary>
public sealed class User
{
    public Guid Id { get; init; }
    public required string UserName { get; init; }
    public required string DisplayName { get; set; }

    /// <summary>Name in the English console, where it differs.</summary>
    public string? DisplayNameEnglish { get; set; }
    public string? Email { get; set; }

    /// <summary>Their account in WeCom, for notices.</summary>
    public string? WeComUserId { get; set; }
    public string? PasswordHash { get; set; }
    public List<string> Roles { get; set; } = [];
    public bool IsDisabled { get; set; }

    /// <summary>Changes with password, roles and disabling; sessions with an older one end at their next request.</summary>
    public required string SecurityStamp { get; set; }
    public int FailedSignIns { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public long Version { get; set; } = 1;
}

/// <summary>A secret for programs. Only its hash is kept.</summary>
public sealed class ApiToken
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }
    public required string Name { get; init; }
    public required string Sha256 { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
}

internal sealed class UserMapping : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users");
        builder.HasIndex(user => user.UserName).IsUnique();
        builder.Property(user => user.Version).IsConcurrencyToken();
        builder.PrimitiveCollection(user => user.Roles);
    }
}

internal sealed class ApiTokenMapping : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("api_tokens");
        builder.HasIndex(token => token.Sha256).IsUnique();
        builder.HasIndex(token => token.UserId);
    }
}
