using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Audiences;

public enum ImportState
{
    /// <summary>The file is being read and checked.</summary>
    Receiving,

    /// <summary>Checked; its slices are being applied.</summary>
    Applying,
    Done,

    /// <summary>The file could not be read; nothing was applied.</summary>
    Refused,
}

/// <summary>One import of a customer file: what was read, and what came of it.</summary>
public sealed class CustomerImport
{
    public Guid Id { get; init; }
    public required string FileName { get; init; }
    public string? Sha256 { get; set; }
    public long Bytes { get; set; }
    public string? Encoding { get; set; }
    public ImportState State { get; set; }

    /// <summary>Text key of the reason for refusing the file, and its arguments as JSON.</summary>
    public string? Problem { get; set; }
    public string? ProblemArgs { get; set; }

    /// <summary>Data rows in the file.</summary>
    public long RowsRead { get; set; }
    public long Rejected { get; set; }
    public long Created { get; set; }
    public long Updated { get; set; }
    public long Unchanged { get; set; }
    public int Slices { get; set; }
    public int SlicesApplied { get; set; }
    public required string StartedBy { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }

    public long Applied => Created + Updated + Unchanged;
}

/// <summary>Checked rows waiting to be applied, encrypted because they hold addresses. Deleted when applied.</summary>
public sealed class CustomerImportSlice
{
    public Guid ImportId { get; init; }
    public int Number { get; init; }
    public int Rows { get; init; }
    public required string Content { get; init; }
}

/// <summary>One thing wrong with one row; the row was not applied.</summary>
public sealed class CustomerImportError
{
    public Guid ImportId { get; init; }
    public long Number { get; init; }

    /// <summary>Line of the file on which the row begins, from 1.</summary>
    public long Line { get; init; }
    public string? Column { get; init; }

    /// <summary>The offending value, masked and shortened.</summary>
    public string? Value { get; init; }

    /// <summary>Text key of the reason, and its arguments as JSON.</summary>
    public required string Reason { get; init; }
    public string? Args { get; init; }
}

internal sealed class CustomerImportMapping : IEntityTypeConfiguration<CustomerImport>
{
    public void Configure(EntityTypeBuilder<CustomerImport> builder)
    {
        builder.ToTable("customer_imports");
        builder.HasKey(row => row.Id);
        builder.Ignore(row => row.Applied);
    }
}

internal sealed class CustomerImportSliceMapping : IEntityTypeConfiguration<CustomerImportSlice>
{
    public void Configure(EntityTypeBuilder<CustomerImportSlice> builder)
    {
        builder.ToTable("customer_import_slices");
        builder.HasKey(row => new { row.ImportId, row.Number });
    }
}

internal sealed class CustomerImportErrorMapping : IEntityTypeConfiguration<CustomerImportError>
{
    public void Configure(EntityTypeBuilder<CustomerImportError> builder)
    {
        builder.ToTable("customer_import_errors");
        builder.HasKey(row => new { row.ImportId, row.Number });
    }
}
