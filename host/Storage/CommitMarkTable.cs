using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Storage;

/// <summary>The last transaction of one of a process's writers; see <see cref="CommitMarks"/>.</summary>
internal sealed class CommitMark
{
    public Guid Process { get; init; }
    public int Slot { get; init; }
    public Guid Mark { get; init; }
    public long At { get; init; }
}

internal sealed class CommitMarkMapping : IEntityTypeConfiguration<CommitMark>
{
    public void Configure(EntityTypeBuilder<CommitMark> builder)
    {
        builder.ToTable("commit_marks");
        builder.HasKey(row => new { row.Process, row.Slot });
        builder.HasStorageParameter("fillfactor", 10);   // one row rewritten by every transaction: it stays on its page
    }
}
