using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Storage;

[assembly: AssemblyFixture(typeof(ConsoleFixture))]

namespace Orchestrator.Console.Tests.Support;

/// <summary>The real program on a real port with a fresh data directory, and one browser; both for all tests of a run.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    // The browser without a window's frame, where Debian has it: half the work of the whole one.
    private static readonly string Chromium = new[] { "/usr/bin/chromium-headless-shell", "/usr/bin/chromium" }.First(File.Exists);
    private static readonly TimeSpan SeedTime = TimeSpan.FromMinutes(25);
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("orchestrator-console-");
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, string> signedIn = new();
    private Task<Campaign>? shown;
    private WebApplication? app;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public string Address { get; private set; } = "";

    public IServiceProvider Services => app!.Services;

    public async ValueTask InitializeAsync()
    {
        app = OrchestratorApp.Create(
            [
                "--urls", "http://127.0.0.1:0",
                "--environment", "Development",
                "--Logging:LogLevel:Default", "Warning",
                "--Orchestrator:DataDirectory", data.FullName,
                // A browser and a build beside it may starve the renewal for longer than the usual quarter of a minute.
                "--Orchestrator:NodeLeaseSeconds", "120",
            ]);
        await app.InitialiseToServeAsync(CancellationToken.None);
        await app.StartAsync();
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await SeededAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }

    // The demo's campaigns (one closed, one running, one awaiting its sign-off) are there, and its clock stands still no longer.
    private async Task SeededAsync()
    {
        var workspace = Services.GetRequiredService<DemoWorkspace>();
        using var limit = new CancellationTokenSource(SeedTime);
        while (!workspace.IsSeeded)
            await Task.Delay(250, limit.Token);
        await workspace.SetClockAsync(null, CancellationToken.None);
    }

    public DemoCampaigns Campaigns => new(Services);

    /// <summary>The seeded campaign that is under way: two of its three reach-outs are sent, results come in.</summary>
    public Task<Campaign> RunningAsync() => SeededAsync(row => row.LaunchedAt != null && row.ClosedAt == null);

    /// <summary>The seeded campaign that is over, with its retrospective.</summary>
    public Task<Campaign> ClosedAsync() => SeededAsync(row => row.ClosedAt != null);

    /// <summary>The seeded campaign whose brief was edited between two signatures.</summary>
    public Task<Campaign> AwaitingAsync() => SeededAsync(row => row.Name.StartsWith("双旦"));

    private Task<Campaign> SeededAsync(System.Linq.Expressions.Expression<Func<Campaign, bool>> which) =>
        Services.GetRequiredService<Database>().ReadAsync((db, token) => db.Campaigns.Where(which).OrderBy(row => row.CreatedAt).FirstAsync(token), TestContext.Current.CancellationToken);

    /// <summary>One that waits for the joint sign-off, with two of four signatures; made once.</summary>
    public Task<Campaign> ShownAsync()
    {
        lock (gate)
            return shown ??= MakeShownAsync();
    }

    private async Task<Campaign> MakeShownAsync()
    {
        var campaign = await Campaigns.AwaitingSignOffAsync("会员日·老客利息礼遇");
        await Campaigns.CompleteAsync(campaign.Id, "risk-sign", "approve", "zhouheng");
        await Campaigns.CompleteAsync(campaign.Id, "compliance-sign", "approve", "shenning", "利率展示与合同一致");
        var reviewed = await Campaigns.CreateAsync("年终还款提醒月", 7);
        await Campaigns.CompleteAsync(reviewed.Id, "write-brief", "submit", "linxia");
        await Campaigns.CreateAsync("新户首借礼", 14);
        return campaign;
    }

    /// <summary>A fresh browser profile; signed in when <paramref name="user"/> is given.</summary>
    public async Task<ConsoleSession> OpenAsync(string? user = null, string language = "zh-CN", int width = 1280, bool script = true)
    {
        var context = await browser!.NewContextAsync(new()
        {
            StorageState = user is not null && signedIn.TryGetValue(user, out var state) ? state : null,
            Locale = language,
            BaseURL = Address,
            BypassCSP = true,
            JavaScriptEnabled = script,
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 860 },
        });
        var session = new ConsoleSession(context, await context.NewPageAsync());
        if (user is not null && !signedIn.ContainsKey(user))
        {
            await session.BecomeAsync(user);
            signedIn[user] = await context.StorageStateAsync();
        }
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        data.Delete(recursive: true);
    }
}
