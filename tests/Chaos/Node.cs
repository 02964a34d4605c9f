using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Chaos;

/// <summary>One node: the real program as a process, with a data directory and a log of its own.</summary>
internal sealed class Node(string name, string directory, string postgres, string masterKey) : IDisposable
{
    public const int LeaseSeconds = 6;
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };
    // The strikes and the supervisor look at the process while the other starts a new one.
    private readonly Lock gate = new();
    private Process? process;
    private bool isStruck;

    public string Name => name;

    public int Port { get; } = PrivatePostgres.FreePort();

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));

    public bool IsRunning => Running is not null;

    public int Kills { get; private set; }

    public int Freezes { get; private set; }

    public string LogFile => Path.Combine(directory, $"{name}.log");

    private Process? Running
    {
        get
        {
            lock (gate)
                return process is { HasExited: false } ? process : null;
        }
    }

    public void Start()
    {
        lock (gate)
            Launch();
    }

    /// <summary>Starts the node again where it ended by itself; one that was struck is left to whoever struck it.</summary>
    public void StartIfEnded()
    {
        lock (gate)
        {
            if (!isStruck && process is { HasExited: true })
                Launch();
        }
    }

    private void Launch()
    {
        string[] settings =
        [
            Path.Combine(AppContext.BaseDirectory, "Orchestrator.Host.dll"),
            "--urls", Address.ToString().TrimEnd('/'),
            "--environment", "Development",
            "--Logging:LogLevel:Default=Information",
            "--Logging:LogLevel:Microsoft=Warning",
            "--Orchestrator:SeedDemo=false",
            $"--Orchestrator:NodeName={name}",
            string.Create(CultureInfo.InvariantCulture, $"--Orchestrator:NodeLeaseSeconds={LeaseSeconds}"),
            $"--Orchestrator:DataDirectory={directory}/{name}",
            $"--Orchestrator:PostgreSql={postgres}",
        ];
        var start = new ProcessStartInfo("bash") { WorkingDirectory = directory };
        // exec: the process that is struck is the program, not a shell.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec dotnet {string.Join(' ', settings.Select(Quote))} >> {Quote(LogFile)} 2>&1");
        start.Environment[Host.Storage.MasterKey.Variable] = masterKey;
        // The former process is left to the finalizer: somebody may be looking at it.
        process = Process.Start(start);
        isStruck = false;
    }

    /// <summary>Whether it serves: holds its lease and reaches the database.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var reply = await Http.GetAsync(new Uri(Address, "health/ready"));
            return reply.IsSuccessStatusCode;
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Process? running;
        lock (gate)
        {
            running = Running;
            if (running is null)
                return;
            isStruck = true;
            running.Kill();
        }
        await running.WaitForExitAsync();
        Kills++;
    }

    /// <summary>SIGSTOP, until its lease has passed and others have taken over; then SIGCONT.</summary>
    public async Task FreezeAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        await SignalAsync("STOP");
        Freezes++;
        await Task.Delay(length, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SignalAsync("CONT");
    }

    /// <summary>SIGTERM, as a rolling upgrade sends it.</summary>
    public async Task StopAsync()
    {
        if (Running is not { } running)
            return;
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(45));
        await running.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!running.HasExited)
            running.Kill();
    }

    public void Dispose()
    {
        Running?.Kill();
        process?.Dispose();
        process = null;
    }

    private async Task SignalAsync(string signal)
    {
        if (Running is not { } running)
            return;
        using var kill = Process.Start("kill", [$"-{signal}", running.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
