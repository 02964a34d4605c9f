using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Host.Storage;

/// <summary>
/// Applies the embedded scripts <c>Migrations/{sqlite|postgres}/NNNN_name.sql</c> in order, each in a transaction of its own, under a lock that
/// keeps other nodes out. A script that was applied may never change: a different checksum stops the program.
/// </summary>
internal sealed class Migrator(Database database, TimeProvider clock)
{
    private const long AdvisoryLock = 0x0C4E5;

    /// <summary>Brings the schema up to date.</summary>
    /// <returns>The versions applied now.</returns>
    public async Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancellationToken)
    {
        await CreateLedgerAsync(cancellationToken);
        var applied = new List<string>();
        foreach (var script in Scripts(database.Dialect))
        {
            if (await ApplyAsync(script, cancellationToken))
                applied.Add(script.Version);
        }
        return applied;
    }

    /// <summary>The statements that would create the present model from nothing, in <paramref name="db"/>'s dialect.</summary>
    public static string CreateScript(OrchestratorDb db)
    {
        var script = db.Database.GenerateCreateScript().ReplaceLineEndings("\n");
        return db.Database.IsNpgsql() ? ByMonth.Divide(script, db) : script;
    }

    private Task<bool> CreateLedgerAsync(CancellationToken cancellationToken) =>
        database.WriteSchemaAsync(
            async (tx, token) =>
            {
                await LockAsync(tx, "CREATE TABLE IF NOT EXISTS schema_version (version TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)", token);
                return true;
            },
            cancellationToken);

    private Task<bool> ApplyAsync(Script script, CancellationToken cancellationToken) =>
        database.WriteSchemaAsync(
            async (tx, token) =>
            {
                await LockAsync(tx, "SELECT 1", token);
                var known = await tx.Connection.ExecuteScalarAsync<string?>(new CommandDefinition(
                    "SELECT sha256 FROM schema_version WHERE version = @Version", new { script.Version }, tx.Transaction, cancellationToken: token));
                if (known == script.Sha256)
                    return false;
                if (known is not null)
                    throw new InvalidOperationException($"Migration {script.Version} was changed after it had been applied. Restore the script; put changes in a new one.");
                await ExecuteAsync(tx.Connection, tx.Transaction, script.Sql, token);
                await tx.Connection.ExecuteAsync(new CommandDefinition(
                    "INSERT INTO schema_version (version, sha256, applied_at) VALUES (@Version, @Sha256, @at)",
                    new { script.Version, script.Sha256, at = clock.GetUtcNow().ToUnixTimeMilliseconds() }, tx.Transaction, cancellationToken: token));
                return true;
            },
            cancellationToken);

    private static async Task LockAsync(WriteTransaction tx, string sql, CancellationToken cancellationToken)
    {
        if (tx.Dialect == DatabaseDialect.PostgreSql)
            await ExecuteAsync(tx.Connection, tx.Transaction, $"SELECT pg_advisory_xact_lock({AdvisoryLock})", cancellationToken);
        await ExecuteAsync(tx.Connection, tx.Transaction, sql, cancellationToken);
    }

    private static async Task ExecuteAsync(DbConnection connection, DbTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<Script> Scripts(DatabaseDialect dialect)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = dialect == DatabaseDialect.PostgreSql ? "Migrations/postgres/" : "Migrations/sqlite/";
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            yield return new Script(name[prefix.Length..^".sql".Length], sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
        }
    }

    private sealed record Script(string Version, string Sql, string Sha256);
}
