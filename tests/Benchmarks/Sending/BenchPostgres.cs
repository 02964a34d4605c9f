using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>A PostgreSQL server of the benchmark's own in a temporary folder, fsync on. PostgreSQL refuses to run as root, so root hands over to postgres.</summary>
internal sealed class BenchPostgres : IAsyncDisposable
{
    private readonly string folder;
    private readonly int port;

    private BenchPostgres(string folder, int port) => (this.folder, this.port) = (folder, port);

    private static string Programs => Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin";

    private static bool IsRoot => Environment.UserName == "root";

    public static async Task<BenchPostgres> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-bench-pg-").FullName;
        if (IsRoot)
            await RunAsync("chown", "postgres", folder);
        var server = new BenchPostgres(folder, FreePort());
        await ShellAsync($"{Programs}/initdb -D {folder}/data -A trust -U postgres --no-sync -E UTF8 --locale=C.UTF-8");
        await ShellAsync(string.Create(CultureInfo.InvariantCulture,
            $"{Programs}/pg_ctl -D {folder}/data -w -l {folder}/log -o '-p {server.port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=512MB -c max_wal_size=4GB' start"));
        return server;
    }

    /// <summary>A new database, which no statistics are known of.</summary>
    public async Task<string> CreateAsync()
    {
        var name = $"bench_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(Connection("postgres")) { Database = name }.ToString();
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
    public string Url(string connection) => string.Create(CultureInfo.InvariantCulture, $"postgres://postgres@127.0.0.1:{port}/{new NpgsqlConnectionStringBuilder(connection).Database}");

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ShellAsync($"{Programs}/pg_ctl -D {folder}/data -m immediate stop");
        Directory.Delete(folder, recursive: true);
    }

    private string Connection(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=postgres;Database={database}");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static Task ShellAsync(string command) => IsRoot ? RunAsync("su", "postgres", "-s", "/bin/bash", "-c", command) : RunAsync("/bin/bash", "-c", command);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // Output is left alone: a server that is started here would keep a pipe of ours open.
        using var process = Process.Start(new ProcessStartInfo(program, [.. arguments[..^1], arguments[^1] + (program is "chown" ? "" : " >/dev/null 2>&1")]))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
