using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Benchmarks.Feel;

/// <summary>Installs feelin into a temporary folder and runs it on the cases. Null, with a line saying why, where that fails.</summary>
internal static class FeelinProcess
{
    private const string Version = "8.2.0";

    public static async Task<JsonElement?> RunAsync(string folder, TimeSpan time)
    {
        var temporary = Directory.CreateTempSubdirectory("feelin-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(temporary, "package.json"), """{"private": true}""");
            await OutputOfAsync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", $"feelin@{Version}"], temporary);
            var output = await OutputOfAsync("node", [Path.Combine(folder, "feelin.mjs"), temporary, Path.Combine(folder, "cases.json"), time.TotalSeconds.ToString(CultureInfo.InvariantCulture)], temporary);
            return JsonDocument.Parse(output).RootElement;
        }
        catch (Exception missing) when (missing is System.ComponentModel.Win32Exception or InvalidOperationException or JsonException)
        {
            Console.WriteLine($"feelin does not run here ({missing.Message.Trim()}); only our figures follow.");
            return null;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static async Task<string> OutputOfAsync(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} does not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(await errors);
    }
}
