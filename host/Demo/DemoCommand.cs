using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Orchestrator.Host.Web;
using Spectre.Console;

namespace Orchestrator.Host.Demo;

/// <summary>
/// <c>demo</c>: a campaign from idea to retrospective on the real program, in a database file of its own, on a fast clock. Every figure is
/// asserted; the exit code is 0 only if all hold.
/// </summary>
internal static class DemoCommand
{
    /// <summary>Far enough back that the campaign's end lies in the past of the real clock.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(75);

    public static async Task<int> RunAsync(string dataDirectory, TimeProvider clock, CancellationToken cancellationToken)
    {
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(Environment.GetEnvironmentVariable("LANG")?.StartsWith("zh", StringComparison.Ordinal) == true ? Texts.Chinese : Texts.English);
        var (texts, started) = (new Texts(), Stopwatch.GetTimestamp());
        var report = new DemoReport(AnsiConsole.Console, texts);
        if (Directory.Exists(dataDirectory))
            Directory.Delete(dataDirectory, recursive: true);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        await using var server = new DemoServer(dataDirectory, password);
        using var client = new DemoClient(() => server.Address, password);
        try
        {
            await server.StartAsync(cancellationToken);
            await PlayAsync(client, report, server, clock.GetUtcNow() - Back, password, cancellationToken);
            AnsiConsole.MarkupLine($"[green]{texts["demo.all-hold", report.Assertions, Stopwatch.GetElapsedTime(started).TotalSeconds].EscapeMarkup()}[/]");
            AnsiConsole.MarkupLine(texts["demo.browse", dataDirectory].EscapeMarkup());
            return 0;
        }
        catch (DemoFailedException failure)
        {
            AnsiConsole.MarkupLine($"[red]✗ {failure.Message.EscapeMarkup()}[/]");
            AnsiConsole.WriteLine(server.LastWords());
            return 1;
        }
    }

    private static async Task PlayAsync(DemoClient client, DemoReport report, DemoServer server, DateTimeOffset begin, string password, CancellationToken token)
    {
        await client.SetClockAsync(begin, token);
        var today = DateOnly.FromDateTime(begin.UtcDateTime);
        var brief = DemoBrief.For(DemoBrief.FirstDayAfter(today));
        var play = new DemoPlay(client, report);
        var story = await play.IdeationAsync(brief, token);
        await play.SignOffAsync(story, token);
        await play.EditAsync(story, token);
        var run = new DemoRun(client, report, server, story, brief, today, password);
        await run.WarmUpAsync(token);
        await run.BurstAsync(token);
        await run.ClosingAsync(token);
        await run.RetrospectiveAsync(token);
        var (flipped, verdict) = await DemoProof.FlipAsync(server.DatabaseFile, story.Campaign, token);
        report.Equal("demo.flipped", flipped, verdict.BrokenAt);
    }
}
