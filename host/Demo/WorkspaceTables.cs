using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Demo;

/// <summary>A fact about this installation's database, e.g. that it is a demo.</summary>
internal sealed class WorkspaceSetting
{
    public required string Key { get; init; }
    public required string Value { get; set; }
}

internal sealed class WorkspaceSettingMapping : IEntityTypeConfiguration<WorkspaceSetting>
{
    public void Configure(EntityTypeBuilder<WorkspaceSetting> builder)
    {
        builder.ToTable("workspace_settings");
        builder.HasKey(row => row.Key);
    }
}
