using System.Text.Json;
using Microsoft.Playwright;

namespace Orchestrator.Console.Tests.Support;

/// <summary>One person at one browser. Collects script errors; <see cref="CheckAsync"/> fails on them.</summary>
public sealed class ConsoleSession : IAsyncDisposable
{
    private static readonly string Axe = File.ReadAllText(Path.Combine(Repository.Root, "host/Console/client/node_modules/axe-core/axe.min.js"));
    private readonly IBrowserContext context;
    private readonly List<string> errors = [];

    internal ConsoleSession(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        // A patient one: machines that build and test at once are slow.
        page.SetDefaultTimeout(90_000);
        page.PageError += (_, error) => errors.Add(error);
    }

    public IPage Page { get; }

    public async Task BecomeAsync(string user)
    {
        await Page.GotoAsync("/sign-in");
        await Page.Locator($"main button[name=user][value='{user}']").ClickAsync();
        await Page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });
    }

    public async Task<IResponse> GoAsync(string path)
    {
        var response = await Page.GotoAsync(path);
        // Islands say when they are done; without any this is true at once.
        await Page.WaitForFunctionAsync("() => [...document.querySelectorAll('[data-island]')].every(e => e.classList.contains('is-ready') || e.classList.contains('is-broken'))");
        return response!;
    }

    /// <summary>What every page must hold: no script error, no serious accessibility finding, nothing wider than the screen, no untranslated key.</summary>
    public async Task CheckAsync()
    {
        Assert.Empty(errors);
        await Page.EvaluateAsync(Axe);
        var findings = await Page.EvaluateAsync<JsonElement>("async () => (await axe.run({ resultTypes: ['violations'] })).violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target + ' ' + n.failureSummary).join(' | ')}`)");
        Assert.Empty(findings.EnumerateArray().Select(finding => finding.GetString()));
        Assert.False(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth + 1"), $"{Page.Url} is wider than the screen.");
        Assert.DoesNotMatch(@"\[[a-z-]+(\.[a-z0-9-]+)+\]", await Page.InnerTextAsync("body"));
    }

    /// <summary>Saves what is on the screen below docs/images when ORCHESTRATOR_PICTURES is set; otherwise only renders it.</summary>
    public async Task PictureAsync(string name, bool full = false)
    {
        var picture = await Page.ScreenshotAsync(new() { FullPage = full, Animations = ScreenshotAnimations.Disabled });
        if (Environment.GetEnvironmentVariable("ORCHESTRATOR_PICTURES") is null)
            return;
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "docs/images"));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{name}.png"), picture);
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
