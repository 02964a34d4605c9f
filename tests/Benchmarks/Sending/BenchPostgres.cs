using System.Globalization;
using Npgsql;
using Orchestrator.Chaos;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>A PostgreSQL server of the benchmark's own, fsync on, with databases that come and go.</summary>
internal sealed class BenchPostgres : IAsyncDisposable
{
    private readonly PrivatePostgres server;

    private BenchPostgres(PrivatePostgres server) => this.server = server;

    public static async Task<BenchPostgres> StartAsync() => new(await PrivatePostgres.StartAsync("-c shared_buffers=512MB -c max_wal_size=4GB"));

    /// <summary>A new database, which no statistics are known of.</summary>
    public async Task<string> CreateAsync()
    {
        var name = $"bench_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return Connection(name);
    }

    public async Task DropAsync(string connection)
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connection).Database} WITH (FORCE)");
    }

    public async Task<string> VersionAsync()
    {
        await using var connection = new NpgsqlConnection(Connection("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT current_setting('server_version') || ', fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')", connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>For programs that want a URL.</summary>
    public string Url(string connection) => string.Create(CultureInfo.InvariantCulture, $"postgres://postgres@127.0.0.1:{server.Port}/{new NpgsqlConnectionStringBuilder(connection).Database}");

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private string Connection(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={server.Port};Username=postgres;Database={database}");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
