using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Host.Demo;

/// <summary>The real program as a child process on a free port of this machine, so that the demo can kill it at any line.</summary>
internal sealed class DemoServer(string dataDirectory, string password) : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(120);
    private readonly int port = FreePort();
    private readonly Queue<string> lastLines = new();
    private Process? process;

    public Uri Address => new($"http://127.0.0.1:{port}");

    public string DatabaseFile => Path.Combine(dataDirectory, "orchestrator.db");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(DemoServer).Assembly.Location);
        string[] arguments = ["serve", "--urls", Address.ToString(), $"--Orchestrator:DataDirectory={dataDirectory}", "--Orchestrator:PostgreSql=", $"--Orchestrator:PublicUrl={Address}", "--Logging:LogLevel:Default=Warning"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = Environments.Development;
        start.Environment[DemoWorkspace.PasswordVariable] = password;
        process = Process.Start(start) ?? throw new DemoFailedException("The server could not be started.");
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitUntilReadyAsync(process, cancellationToken);
    }

    /// <summary>SIGKILL: no handler, no flush, no goodbye.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await KillAsync();
        process?.Dispose();
    }

    /// <summary>What the server said last, for a failure's report.</summary>
    public string LastWords()
    {
        lock (lastLines)
            return string.Join(Environment.NewLine, lastLines);
    }

    private async Task WaitUntilReadyAsync(Process started, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var since = Stopwatch.GetTimestamp();
        while (!started.HasExited && Stopwatch.GetElapsedTime(since) < StartTime)
        {
            try
            {
                using var reply = await http.GetAsync("/health/ready", cancellationToken);
                if (reply.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(50, cancellationToken);
        }
        throw new DemoFailedException($"The server did not become ready:{Environment.NewLine}{LastWords()}");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (lastLines)
        {
            lastLines.Enqueue(line.Data);
            if (lastLines.Count > 40)
                lastLines.Dequeue();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
