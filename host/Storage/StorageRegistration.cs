using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Orchestrator.Host.Storage;

internal static class StorageRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddStorage(OrchestratorOptions options)
        {
            var dialect = string.IsNullOrWhiteSpace(options.PostgreSql) ? DatabaseDialect.Sqlite : DatabaseDialect.PostgreSql;
            services.AddSingleton<PersonalData>();
            services.AddSingleton<Migrator>();
            services.AddSingleton<SqliteFileLock>();
            services.AddSingleton<MasterKeyRotation>();
            services.AddSingleton(provider => new Database(provider.GetRequiredService<IDbContextFactory<OrchestratorDb>>(), dialect, provider.GetService<LedgerContexts>()));
            if (dialect == DatabaseDialect.PostgreSql)
            {
                services.AddSingleton(new LedgerContexts(options.PostgreSql!));
                var source = NpgsqlDataSource.Create(options.PostgreSql!);
                services.AddSingleton(source);
                services.AddSingleton<DbDataSource>(source);
                return services.AddDbContextFactory<OrchestratorDb>(builder => builder.UseNpgsql(source));
            }
            Directory.CreateDirectory(options.DataDirectory);
            var connectionString = new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(options.DataDirectory, "orchestrator.db"),
                ForeignKeys = true,
                DefaultTimeout = 30,
            }.ToString();
            services.AddSingleton<DbDataSource>(_ => new SqliteSource(connectionString));
            return services.AddDbContextFactory<OrchestratorDb>(builder => builder
                .UseSqlite(connectionString)
                .AddInterceptors(SqlitePragmas.Instance));
        }
    }

    private sealed class SqliteSource(string connectionString) : DbDataSource
    {
        public override string ConnectionString => connectionString;

        protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);
    }

    /// <summary>WAL survives in the file; FULL makes a commit durable before it is answered.</summary>
    private sealed class SqlitePragmas : DbConnectionInterceptor
    {
        public static readonly SqlitePragmas Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000;";
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000;";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
