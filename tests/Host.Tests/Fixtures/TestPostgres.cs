using Npgsql;

namespace Orchestrator.Host.Tests.Fixtures;

/// <summary>Fresh databases on the PostgreSQL server that <c>tests/run.sh</c> started (variable ORCHESTRATOR_TEST_POSTGRES).</summary>
internal static class TestPostgres
{
    private const string Variable = "ORCHESTRATOR_TEST_POSTGRES";

    private static string Server =>
        Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException($"Set {Variable} to the connection string of a PostgreSQL server where databases may be created, or run 'bash tests/run.sh', which starts one.");

    public static async Task<string> CreateDatabaseAsync()
    {
        var name = $"t_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(Server) { Database = name, MaxPoolSize = 30 }.ToString();
    }

    public static async Task DropAsync(string connectionString)
    {
        // Its own only: other tests are at work.
        await using (var connection = new NpgsqlConnection(connectionString))
            NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Ends every connection to a database, whatever it is doing, as a restart of the server does.</summary>
    public static async Task KillConnectionsAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
