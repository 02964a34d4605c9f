using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>npm's job queues on PostgreSQL doing the same job; installed from the lock file into a temporary folder.</summary>
internal sealed class Peers : IDisposable
{
    public static readonly IReadOnlyList<string> Names = ["graphile", "pgboss"];
    private readonly string folder;

    private Peers(string folder) => this.folder = folder;

    /// <returns>Null, with a line saying why, where there is no npm.</returns>
    public static async Task<Peers?> InstallAsync()
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-peers-").FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Sending/peers")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var peers = new Peers(folder);
        try
        {
            await peers.RunAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent");
            return peers;
        }
        catch (Exception missing) when (missing is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Console.WriteLine($"The peers could not be installed ({missing.Message.Trim()}); only our figures follow.");
            peers.Dispose();
            return null;
        }
    }

    /// <returns>Messages per second, from the first fetch to the last durable completion.</returns>
    public async Task<double> SendAsync(string peer, string postgresUrl, Uri sink, int recipients)
    {
        var output = await RunAsync("node", $"{peer}.mjs", postgresUrl, sink.ToString(), recipients.ToString(CultureInfo.InvariantCulture));
        using var result = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return result.RootElement.GetProperty("messages").GetInt64() / result.RootElement.GetProperty("seconds").GetDouble();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(await errors);
    }
}
