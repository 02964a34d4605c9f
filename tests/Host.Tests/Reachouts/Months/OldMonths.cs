using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>
/// A workspace in November whose ledger has July (a reminder on two days, each with its own audience, with short links that somebody clicked) and
/// August (one reach-out). The term, where one is given, is two months.
/// </summary>
internal sealed class OldMonths : IAsyncDisposable
{
    private static readonly DateTimeOffset July = new(2026, 7, 13, 1, 0, 0, TimeSpan.Zero);    // Monday, 09:00 in Shanghai
    private static readonly DateTimeOffset August = new(2026, 8, 17, 2, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset November = new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);
    private readonly SimulatorHost simulator;

    private OldMonths(TestHost host, SimulatorHost simulator) => (Host, this.simulator, Recurring, Single) = (host, simulator, new ReachoutBed(host.Services), new ReachoutBed(host.Services));

    public TestHost Host { get; }

    /// <summary>July's campaign.</summary>
    public ReachoutBed Recurring { get; }

    /// <summary>August's.</summary>
    public ReachoutBed Single { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<OldMonths> StartAsync(DatabaseDialect dialect, int customers = 40, LedgerTerm? term = null)
    {
        var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var host = await TestHost.StartAsync(dialect, July, null, "--Orchestrator:LinkHosts:0=app.example");
        var months = new OldMonths(host, simulator);
        await months.FillAsync(customers);
        if (term is not null)
            await months.PublishAsync(term);
        return months;
    }

    public Task PublishAsync(LedgerTerm term) => PublishAsync(Host, term);

    public static Task PublishAsync(TestHost host, LedgerTerm term) =>
        host.Database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.Add(new DatedRule
                {
                    Id = Guid.NewGuid(), Kind = LedgerRetentionKind.KindName, Name = LedgerRetentionKind.Everything, From = new DateOnly(2026, 7, 1), Value = JsonSerializer.Serialize(term, JsonDefaults.Options), Source = "house rule 7",
                    ProposedBy = "pan", ProposedAt = July, PublishedBy = "shen", PublishedAt = July,
                });
                return Task.CompletedTask;
            },
            Token);

    /// <summary>Asked for by platform operations (pan), agreed by compliance (shen); returns when the month is gone.</summary>
    public Task DropAsync(string month) => DropAsync(Host, month);

    public static async Task DropAsync(TestHost host, string month)
    {
        using var platform = await host.SignInAsync("pan", Role.Platform);
        using var compliance = await host.SignInAsync("shen", Role.Compliance);
        using var asked = await platform.PostAsJsonAsync($"/api/v1/ledger/months/{month}/drop", new { reason = "two years are over" }, Token);
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync(Token));
        using var agreed = await compliance.PostAsync($"/api/v1/ledger/months/{month}/drop/approval", null, Token);
        Assert.True(agreed.IsSuccessStatusCode, await agreed.Content.ReadAsStringAsync(Token));
        await GoneAsync(host, month);
    }

    public Task GoneAsync(string month) => GoneAsync(Host, month);

    public Task<MonthDrop?> DropOfAsync(string month) => DropOfAsync(Host, month);

    private static Task GoneAsync(TestHost host, string month) => Eventually.HoldsAsync(async () => (await DropOfAsync(host, month))?.State == DropState.Dropped, $"{month} is dropped", 60);

    private static Task<MonthDrop?> DropOfAsync(TestHost host, string month)
    {
        _ = LedgerMonth.TryParse(month, out var parsed);
        return host.Database.ReadAsync((db, token) => db.MonthDrops.SingleOrDefaultAsync(row => row.Month == parsed.Number, token), Token);
    }

    /// <summary>First and last of those who got July's messages: not in the holdout, which is drawn by lot.</summary>
    public async Task<(string First, string Last)> MessagedAsync()
    {
        var all = await Host.Database.ReadAsync(
            (db, token) => db.Messages.Where(row => row.OccurrenceId == 202607000002).Join(db.Customers, row => row.CustomerNo, row => row.CustomerNo, (_, row) => row.ExternalId).OrderBy(id => id).ToListAsync(token), Token);
        return (all[0], all[^1]);
    }

    /// <summary>Messages in the ledger by month.</summary>
    public Task<Dictionary<int, int>> MessagesAsync() =>
        Host.Database.ReadAsync(async (db, token) => (await db.Messages.GroupBy(row => row.OccurrenceId / 1_000_000).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(token)).ToDictionary(row => (int)row.Key, row => row.Count), Token);

    public async Task<T> GetAsync<T>(string path)
    {
        using var auditor = await Host.SignInAsync("qian", Role.Auditor, Role.Compliance);
        return (await auditor.GetFromJsonAsync<T>(path, JsonDefaults.Options, Token))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await simulator.DisposeAsync();
    }

    private async Task FillAsync(int customers)
    {
        await Recurring.AddCustomersAsync(customers);
        await Recurring.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(July.AddHours(1), limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        var text = brief.Phases[0].Texts[0];
        await Recurring.LaunchAsync(
            brief with
            {
                Audience = new AudienceRule { Rule = "true", HoldoutPercent = 25 },
                Window = new DateWindow(brief.Window.Start, brief.Window.Start.AddDays(1)),
                Phases = [brief.Phases[0] with { Recurrence = new Recurrence { Rule = "FREQ=DAILY", Ceiling = customers }, Link = new TrackedLink("https://app.example/day"), Texts = [text with { Body = text.Body + "{{link}}" }] }],
            },
            members: false);
        Host.Clock.AdvanceTo(July.AddHours(1).AddMinutes(1));
        await Eventually.HoldsAsync(() => OccurrencesEndedAsync(1), "July's first day is out");
        Host.Clock.Advance(TimeSpan.FromMinutes(5));
        using (await ShortLinks.ClickAsync(Host, ShortLinks.Sent(simulator).First().Value))
        using (await ShortLinks.ClickAsync(Host, ShortLinks.Sent(simulator).First().Value, agent: "curl/8"))
        {
            Host.Clock.AdvanceTo(July.AddDays(1).AddHours(1).AddMinutes(1));
        }
        await Eventually.HoldsAsync(() => OccurrencesEndedAsync(2), "July's second day is out");
        await Single.LaunchAsync(ReachoutBed.Brief(August, limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null }), holdoutEvery: 10);
        Host.Clock.AdvanceTo(August.AddMinutes(1));
        await Eventually.HoldsAsync(() => OccurrencesEndedAsync(3), "August's reach-out is out");
        Host.Clock.AdvanceTo(November);
        await Eventually.HoldsAsync(async () => await Recurring.StateAsync() == ReachoutState.Completed, "July's reach-out has ended");
    }

    private Task<bool> OccurrencesEndedAsync(int count) =>
        Host.Database.ReadAsync(async (db, token) => await db.Occurrences.CountAsync(row => row.State == ReachoutState.Completed, token) == count, Token);
}
