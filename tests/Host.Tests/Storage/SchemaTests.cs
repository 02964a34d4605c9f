using System.Data.Common;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Storage;

public sealed class SchemaTests
{
    private const string SqliteColumns =
        "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT IN ('schema_version', 'sqlite_sequence') ORDER BY 1";

    private const string PostgresColumns =
        "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_version' AND table_name NOT LIKE 'qrtz_%' AND NOT (table_schema || '.' || table_name)::regclass::oid IN (SELECT oid FROM pg_class WHERE relispartition) ORDER BY 1";

    private const string SqliteIndexes = "SELECT name || ' on ' || tbl_name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%' ORDER BY 1";

    // Quartz makes its tables itself; months of the ledger come and go.
    private const string PostgresIndexes = "SELECT indexname || ' on ' || tablename FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_version' AND tablename NOT LIKE 'qrtz_%' AND NOT (schemaname || '.' || tablename)::regclass::oid IN (SELECT oid FROM pg_class WHERE relispartition) ORDER BY 1";

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_migrations_make_exactly_the_model(DatabaseDialect dialect)
    {
        await using var migrated = await TestHost.StartAsync(dialect);
        var isSqlite = dialect == DatabaseDialect.Sqlite;
        await using var created = isSqlite
            ? new OrchestratorDb(new DbContextOptionsBuilder<OrchestratorDb>().UseSqlite("Data Source=drift;Mode=Memory;Cache=Shared").Options)
            : new OrchestratorDb(new DbContextOptionsBuilder<OrchestratorDb>().UseNpgsql(await TestPostgres.CreateDatabaseAsync()).Options);
        await created.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await created.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        await using var db = await migrated.Services.GetRequiredService<IDbContextFactory<OrchestratorDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);

        foreach (var sql in isSqlite ? new[] { SqliteColumns, SqliteIndexes } : [PostgresColumns, PostgresIndexes])
            Assert.Equal(await created.Database.GetDbConnection().QueryAsync<string>(sql), await db.Database.GetDbConnection().QueryAsync<string>(sql));
        if (!isSqlite)
            await created.Database.EnsureDeletedAsync(TestContext.Current.CancellationToken);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Applying_twice_changes_nothing_and_a_changed_script_stops_the_program(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var migrator = host.Services.GetRequiredService<Migrator>();

        Assert.Empty(await migrator.ApplyAsync(TestContext.Current.CancellationToken));

        await host.Database.WriteAsync(
            (tx, _) => tx.Connection.ExecuteAsync("UPDATE schema_version SET sha256 = 'x' WHERE version = '0001_initial'", transaction: tx.Transaction),
            TestContext.Current.CancellationToken);
        var stop = await Assert.ThrowsAsync<InvalidOperationException>(() => migrator.ApplyAsync(TestContext.Current.CancellationToken));
        Assert.Contains("0001_initial", stop.Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_published_text_cannot_be_changed_even_by_hand_and_can_be_retired(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);

        foreach (var sql in new[] { "UPDATE templates SET body = 'x'", "UPDATE templates SET title = 'x' WHERE title IS NULL", "UPDATE templates SET state = 'Draft'", "UPDATE templates SET published_by = 'x'", "DELETE FROM templates" })
        {
            var refused = await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(host, sql));
            Assert.Contains("a published text does not change", refused.Message, StringComparison.Ordinal);
        }
        Assert.True(await ExecuteAsync(host, "UPDATE templates SET state = 'Retired', revision = revision + 1") > 0);
        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(host, "UPDATE templates SET state = 'Published'"));
    }

    private static Task<int> ExecuteAsync(TestHost host, string sql) =>
        host.Database.WriteAsync((tx, _) => tx.Connection.ExecuteAsync(sql, transaction: tx.Transaction), TestContext.Current.CancellationToken);
}
