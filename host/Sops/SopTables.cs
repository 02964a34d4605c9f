using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

public enum DefinitionKind
{
    Sop,
    Decision,
}

public enum DefinitionState
{
    /// <summary>Uploaded, with its lint findings; may be replaced by publishing or left.</summary>
    Draft,

    /// <summary>Immutable; new campaigns take the newest published version.</summary>
    Published,
    Deprecated,
}

/// <summary>One version of an SOP (BPMN) or of a decision (DMN). Content never changes after upload.</summary>
public sealed class DefinitionVersion
{
    public Guid Id { get; init; }
    public DefinitionKind Kind { get; init; }

    /// <summary>Process id or decision id, e.g. <c>standard-campaign</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Counts from 1 within kind and key.</summary>
    public int Version { get; init; }
    public required string NameZh { get; init; }
    public required string NameEn { get; init; }
    public DefinitionState State { get; set; }
    public required string Xml { get; init; }
    public required string Sha256 { get; init; }

    /// <summary>What lint found, as JSON list of <see cref="DefinitionProblem"/>.</summary>
    public required string ProblemsJson { get; init; }
    public required string UploadedBy { get; init; }
    public DateTimeOffset UploadedAt { get; init; }
    public string? PublishedBy { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }
}

/// <summary>One lint finding of an uploaded file.</summary>
public sealed record DefinitionProblem(bool IsError, string Code, string? Element, int Line, string Message);

/// <summary>A task form, versioned with its SOP.</summary>
public sealed class SopForm
{
    public Guid SopVersionId { get; init; }
    public required string FormId { get; init; }

    /// <summary>form-js JSON (a subset, docs/sops.md).</summary>
    public required string Json { get; init; }
}

/// <summary>A process instance: where a campaign stands. One row, locked for every step.</summary>
public sealed class InstanceRow
{
    /// <summary>The campaign's id.</summary>
    public Guid Id { get; init; }
    public Guid SopVersionId { get; set; }

    /// <summary>Decision id to the id of its pinned version, as JSON.</summary>
    public required string DecisionsJson { get; set; }
    public InstanceStatus Status { get; set; }

    /// <summary>The interpreter's state. Lists never read it.</summary>
    public required string State { get; set; }

    /// <summary>Steps taken.</summary>
    public long Version { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>An instance waits for a message or signal.</summary>
public sealed class SubscriptionRow
{
    public Guid InstanceId { get; init; }
    public required string SubscriptionId { get; init; }
    public SubscriptionKind Kind { get; init; }
    public required string Name { get; init; }
    public string? Correlation { get; init; }
}

/// <summary>Something the interpreter could not do and a person must look at.</summary>
public sealed class ProcessIncident
{
    public Guid InstanceId { get; init; }
    public required string IncidentId { get; init; }
    public required string ElementId { get; init; }
    public required string Code { get; init; }
    public required string Message { get; init; }
    public DateTimeOffset At { get; init; }
}

internal sealed class DefinitionVersionMapping : IEntityTypeConfiguration<DefinitionVersion>
{
    public void Configure(EntityTypeBuilder<DefinitionVersion> builder)
    {
        builder.ToTable("definition_versions");
        builder.HasIndex(row => new { row.Kind, row.Key, row.Version }).IsUnique();
    }
}

internal sealed class SopFormMapping : IEntityTypeConfiguration<SopForm>
{
    public void Configure(EntityTypeBuilder<SopForm> builder)
    {
        builder.ToTable("sop_forms");
        builder.HasKey(row => new { row.SopVersionId, row.FormId });
    }
}

internal sealed class InstanceRowMapping : IEntityTypeConfiguration<InstanceRow>
{
    public void Configure(EntityTypeBuilder<InstanceRow> builder) => builder.ToTable("process_instances");
}

internal sealed class SubscriptionRowMapping : IEntityTypeConfiguration<SubscriptionRow>
{
    public void Configure(EntityTypeBuilder<SubscriptionRow> builder)
    {
        builder.ToTable("message_subscriptions");
        builder.HasKey(row => new { row.InstanceId, row.SubscriptionId });
        builder.HasIndex(row => new { row.Name, row.Correlation });   // who waits for this
    }
}

internal sealed class ProcessIncidentMapping : IEntityTypeConfiguration<ProcessIncident>
{
    public void Configure(EntityTypeBuilder<ProcessIncident> builder)
    {
        builder.ToTable("process_incidents");
        builder.HasKey(row => new { row.InstanceId, row.IncidentId });
    }
}
