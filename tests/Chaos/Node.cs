using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Chaos;

/// <summary>One node: the real program as a process, with a data directory and a log of its own.</summary>
internal sealed class Node(string name, string directory, string postgres, string masterKey) : IDisposable
{
    public const int LeaseSeconds = 6;
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private Process? process;
    private volatile bool isStruck;

    public string Name => name;

    public int Port { get; } = PrivatePostgres.FreePort();

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));

    public bool IsRunning => process is { HasExited: false };

    public bool EndedByItself => process is { HasExited: true } && !isStruck;

    public int Kills { get; private set; }

    public int Freezes { get; private set; }

    public string LogFile => Path.Combine(directory, $"{name}.log");

    public void Start()
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
        process?.Dispose();
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
        if (process is not { HasExited: false } running)
            return;
        isStruck = true;
        running.Kill();
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
        if (process is not { HasExited: false } running)
            return;
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(45));
        await running.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!running.HasExited)
            running.Kill();
    }

    public void Dispose()
    {
        if (process is { HasExited: false } running)
            running.Kill();
        process?.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        if (process is not { HasExited: false } running)
            return;
        using var kill = Process.Start("kill", [$"-{signal}", running.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
