using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Orchestrator.Chaos;

/// <summary>A PostgreSQL server of our own in a temporary directory, with fsync on: to be struck down at will, or measured on.</summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private readonly string bin;
    private readonly string directory;
    private readonly int port;
    private readonly string settings;

    private PrivatePostgres(string bin, string directory, int port, string settings) => (this.bin, this.directory, this.port, this.settings) = (bin, directory, port, settings);

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=postgres;Database=chaos;MaxPoolSize=40;Timeout=5");

    public int Port => port;

    public int Restarts { get; private set; }

    /// <param name="settings">Options of the server, as <c>-c name=value</c>.</param>
    public static async Task<PrivatePostgres> StartAsync(string settings = "-c shared_buffers=128MB")
    {
        var bin = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(path => File.Exists(Path.Combine(path, "initdb"))).Order(StringComparer.Ordinal).Last();
        var directory = Directory.CreateTempSubdirectory("orchestrator-chaos-pg-").FullName;
        if (Environment.UserName == "root")
            await ShellAsync($"chown postgres {directory}", asPostgres: false);
        var server = new PrivatePostgres(bin, directory, FreePort(), settings);
        await ShellAsync($"{bin}/initdb -D {directory}/data -A trust -U postgres --no-sync -E UTF8 --locale=C.UTF-8");
        await server.ControlAsync("start");
        await ShellAsync(string.Create(CultureInfo.InvariantCulture, $"{bin}/createdb -h 127.0.0.1 -p {server.port} -U postgres chaos"));
        return server;
    }

    /// <summary>Ends every connection in the middle of what it does and starts again: like a crash, or as an operator would.</summary>
    public async Task RestartAsync()
    {
        await ControlAsync(Restarts++ % 2 == 0 ? "restart -m immediate" : "restart -m fast");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ControlAsync("stop -m immediate");
        await ShellAsync($"rm -rf {directory}", asPostgres: false);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task ControlAsync(string action) =>
        ShellAsync(string.Create(CultureInfo.InvariantCulture, $"{bin}/pg_ctl -D {directory}/data -w -t 60 -l {directory}/log -o \"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c max_connections=200 {settings}\" {action}"));

    // PostgreSQL refuses to run as root.
    private static async Task ShellAsync(string command, bool asPostgres = true)
    {
        var start = asPostgres && Environment.UserName == "root" ? new ProcessStartInfo("su", ["postgres", "-s", "/bin/bash", "-c", command]) : new ProcessStartInfo("bash", ["-c", command]);
        start.WorkingDirectory = "/";
        // No pipe: the server would inherit it and keep it open.
        start.RedirectStandardOutput = false;
        start.ArgumentList[^1] += " >/dev/null";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{command}' ended with {process.ExitCode}.");
    }
}
