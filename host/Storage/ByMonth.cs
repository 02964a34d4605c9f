using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Storage;

/// <summary>
/// Tables that grow with every message. On PostgreSQL they are divided by ranges of <c>occurrence_id</c>, a partition a month, so that a month goes
/// without touching a row of another; SQLite keeps them whole. Said in the model, so that the script written from it says it too.
/// </summary>
internal static class ByMonth
{
    private const string Annotation = "Orchestrator:ByMonth";

    extension<T>(EntityTypeBuilder<T> builder)
        where T : class
    {
        /// <summary>Its primary key must have <c>occurrence_id</c> among its columns.</summary>
        /// <param name="fillFactor">How full its pages are filled by inserts, percent.</param>
        public void IsByMonth(int fillFactor = 100) => builder.HasAnnotation(Annotation, fillFactor);
    }

    /// <summary>The divided tables with their fill factors, in order of names.</summary>
    public static IReadOnlyList<(string Table, int FillFactor)> TablesOf(IModel model) =>
    [
        .. model.GetEntityTypes().Where(entity => entity.FindAnnotation(Annotation) is not null)
            .Select(entity => (entity.GetTableName()!, (int)entity.FindAnnotation(Annotation)!.Value!)).OrderBy(table => table.Item1, StringComparer.Ordinal),
    ];

    /// <summary>Divides them in a script that creates them whole.</summary>
    public static string Divide(string script, OrchestratorDb db)
    {
        foreach (var (table, _) in TablesOf(db.GetService<IDesignTimeModel>().Model))
        {
            var start = script.IndexOf($"CREATE TABLE {table} (", StringComparison.Ordinal);
            var end = script.IndexOf("\n);", start, StringComparison.Ordinal);
            script = script.Insert(end + 2, "\nPARTITION BY RANGE (occurrence_id)");
        }
        return script;
    }
}
