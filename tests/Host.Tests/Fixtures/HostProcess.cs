using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Tests.Fixtures;

/// <summary>The program as a process of its own on a database that outlives it: to be killed with -9 and started again.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private const string Key = "VGhlIG1hc3RlciBrZXkgb2YgdGhlIGtpbGwgdGVzdCE=";
    private readonly string directory = Directory.CreateTempSubdirectory("orchestrator-killed-").FullName;
    private readonly string? postgres;
    private readonly bool ownsDatabase;
    private readonly string[] more;
    private Process? process;

    private HostProcess(string? postgres, bool ownsDatabase, params string[] more) => (this.postgres, this.ownsDatabase, this.more) = (postgres, ownsDatabase, more);

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <param name="seed">Runs in this process on the initialised database, before the first start.</param>
    public static async Task<HostProcess> PrepareAsync(DatabaseDialect dialect, Func<IServiceProvider, Task> seed)
    {
        var made = new HostProcess(dialect == DatabaseDialect.PostgreSql ? await TestPostgres.CreateDatabaseAsync() : null, ownsDatabase: true);
        await made.InProcessAsync(seed);
        return made;
    }

    /// <summary>One more node on the database of <paramref name="first"/>, not started; dispose it before the first. Its business clock is the real one, its connections are called "away".</summary>
    public static HostProcess Beside(TestHost first, params string[] settings) => new(first.Postgres + ";Application Name=away", ownsDatabase: false, [.. first.MasterKey, .. settings]);

    /// <summary>Looks at the database while the process is down.</summary>
    public async Task InProcessAsync(Func<IServiceProvider, Task> work)
    {
        Environment.SetEnvironmentVariable(MasterKey.Variable, Key);
        await using WebApplication app = OrchestratorApp.Create(Settings(0));
        await app.InitialiseAsync(TestContext.Current.CancellationToken);
        await work(app.Services);
    }

    /// <summary>A connection of the test's own to the database, whether the process runs or not.</summary>
    public async Task<DbConnection> ConnectAsync()
    {
        DbConnection connection = postgres is null ? new SqliteConnection($"Data Source={directory}/data/orchestrator.db;Default Timeout=30;Pooling=False") : new NpgsqlConnection(postgres);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Starts it and waits until it serves.</summary>
    public async Task StartAsync()
    {
        var port = FreePort();
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Orchestrator.Host.dll"));
        foreach (var setting in Settings(port))
            start.ArgumentList.Add(setting);
        if (ownsDatabase)
            start.Environment[MasterKey.Variable] = Key;   // else the first host's, from its file or the environment
        process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.HoldsAsync(async () => !process.HasExited && await IsLiveAsync(http), "the process serves", 120);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.Dispose();
        process = null;
    }

    /// <summary>SIGSTOP: not a line of it runs until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<HttpClient> SignInAsync(string userName)
    {
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        using var reply = await client.PostAsJsonAsync("/api/v1/session", new SignInRequest(userName, TestHost.Password), TestContext.Current.CancellationToken);
        reply.EnsureSuccessStatusCode();
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await KillAsync();
        if (postgres is not null && ownsDatabase)
            await TestPostgres.DropAsync(postgres);
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<bool> IsLiveAsync(HttpClient http)
    {
        try
        {
            using var reply = await http.GetAsync("/health/live", TestContext.Current.CancellationToken);
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string[] Settings(int port) =>
    [
        "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
        "--environment", "Development",
        "--Logging:LogLevel:Default=Warning",
        "--Orchestrator:SeedDemo=false",
        $"--Orchestrator:DataDirectory={directory}/data",
        .. postgres is null ? Array.Empty<string>() : [$"--Orchestrator:PostgreSql={postgres}"],
        .. more,
    ];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
