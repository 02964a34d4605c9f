using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Audiences;

public sealed class GlobalHoldoutTests
{
    private const string Rules = "/api/v1/dated-rules/global-holdout";
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_share_holds_from_a_later_day_once_a_second_person_of_the_right_role_published_it(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var head = await host.SignInAsync("gu", Role.BusinessHead, Role.Risk);
        using var risk = await host.SignInAsync("zhou", Role.Risk);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(owner, Share(10, "2026-12-01")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(head, Share(10, "2026-11-23")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(head, Share(60, "2026-12-01")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(head, new { name = "all", from = "2026-12-01", source = "x", value = new { percent = 10, colour = "red" } }));
        var id = await ProposeAsync(head, Share(10, "2026-12-01"));

        using var bySame = await head.PostAsync($"{Rules}/{id}/publication", null, Token);
        using var byOwner = await owner.PostAsync($"{Rules}/{id}/publication", null, Token);
        using var published = await risk.PostAsync($"{Rules}/{id}/publication", null, Token);
        using var again = await risk.PostAsync($"{Rules}/{id}/publication", null, Token);
        using var withdrawn = await head.DeleteAsync($"{Rules}/{id}", Token);

        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Conflict],
            new[] { bySame, byOwner, published, again, withdrawn }.Select(reply => reply.StatusCode));
        Assert.Equal("zhou", Assert.Single((await owner.GetFromJsonAsync<JsonElement>(Rules, Token)).EnumerateArray()).GetProperty("publishedBy").GetString());
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => host.Database.WriteAsync((tx, _) => tx.Connection.ExecuteAsync("UPDATE dated_rules SET value = '{}'", transaction: tx.Transaction), Token));
        var chain = await host.Database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == "dated-rules").OrderBy(row => row.Seq).Select(row => row.Type).ToListAsync(token), Token);
        Assert.Equal(["dated-rule-proposed", "dated-rule-published"], chain);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_held_out_get_no_marketing_but_what_serves_them_and_are_an_arm_of_their_own(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, Monday.AddDays(-3));
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(200, (_, customer) => customer.ConsentBits = new ConsentSet(0).With(ChannelKind.Sms, Purpose.Marketing, true).With(ChannelKind.Sms, Purpose.Servicing, true).Bits);
        await bed.AddGatewayAsync(simulator);
        await PublishAsync(host, 20, "2026-11-21");
        host.Clock.AdvanceTo(Monday.AddHours(-1));
        var brief = ReachoutBed.Brief(Monday, limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        brief = brief with
        {
            Audience = new AudienceRule { Rule = "true", HoldoutPercent = 0 },
            Phases = [brief.Phases[0], brief.Phases[0] with { Key = "notice", Purpose = "servicing" }],
        };
        var forecast = (await host.Services.GetRequiredService<ReachForecast>().ForAsync(brief, null, Token)).Value;
        var held = forecast.GlobalHoldout;
        Assert.InRange(held, 20, 62);   // three standard deviations around 40
        Assert.Equal((200, 0, 200 - held), (forecast.Matched, forecast.Holdout, forecast.Treated));
        Assert.Equal([held, 0L], forecast.Phases.Select(phase => phase.Skipped.GetValueOrDefault("global-holdout")));
        Assert.Equal([200 - held, 200L], forecast.Phases.Select(phase => phase.Reached));

        await bed.LaunchAsync(brief);
        host.Clock.AdvanceTo(Monday.AddMinutes(1));
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == 400 - held), "marketing to some, the notice to all");
        await Eventually.HoldsAsync(async () => (await bed.SkipsAsync()).GetValueOrDefault(SkipReason.GlobalHoldout) == held, "each of the held out is skipped once, by name");

        using var owner = await host.SignInAsync("lin", Role.Owner);
        var reports = (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/reports", Token)).EnumerateArray().ToList();
        Assert.All(reports, report => Assert.True(report.GetProperty("addsUp").GetBoolean()));
        Assert.Equal(held, reports.SelectMany(report => report.GetProperty("lines").EnumerateArray()).Where(line => line.GetProperty("reason").GetString() == "globalHoldout").Sum(line => line.GetProperty("count").GetInt64()));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_recurring_campaign_gives_the_held_out_their_arm_and_leaves_the_next_quarters_people_alone_too(DatabaseDialect dialect)
    {
        var last = new DateTimeOffset(2026, 12, 31, 2, 0, 0, TimeSpan.Zero);
        await using var host = await TestHost.StartAsync(dialect, last.AddDays(-1));
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(100);
        await bed.AddGatewayAsync(simulator);
        await PublishAsync(host, 20, "2026-12-31");
        var brief = ReachoutBed.Brief(last, limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        await bed.LaunchAsync(brief with
        {
            Audience = new AudienceRule { Rule = "true", HoldoutPercent = 0 },
            Window = new DateWindow(brief.Window.Start, brief.Window.Start.AddDays(1)),
            Phases = [brief.Phases[0] with { Recurrence = new Recurrence { Rule = "FREQ=DAILY", Ceiling = 1_000 } }],
        }, members: false);
        host.Clock.AdvanceTo(last.AddMinutes(1));
        await Eventually.HoldsAsync(async () => await DoneAsync(bed) == 100, "the old year's occurrence");
        var before = (await bed.SkipsAsync()).GetValueOrDefault(SkipReason.GlobalHoldout);
        host.Clock.AdvanceTo(last.AddDays(1).AddMinutes(1));
        await Eventually.HoldsAsync(async () => await DoneAsync(bed) == 200, "the new year's");

        var (heldOut, both) = await host.Database.ReadAsync(
            async (db, token) => (
                await db.AudienceMembers.CountAsync(row => row.Arm == Arm.GlobalHoldout, token),
                await db.Messages.Where(row => row.Reason == SkipReason.GlobalHoldout).GroupBy(row => row.CustomerNo).CountAsync(group => group.Count() == 2, token)),
            Token);
        Assert.Equal(before, heldOut);
        Assert.InRange(before, 5, 36);
        var after = (await bed.SkipsAsync()).GetValueOrDefault(SkipReason.GlobalHoldout) - before;
        Assert.InRange(after, 5, 36);
        Assert.True(both < before, "another quarter draws others");
    }

    private static async Task<long> DoneAsync(ReachoutBed bed) => (await bed.CountsAsync()).Where(row => row.Key is not (MessageState.Planned or MessageState.Leased or MessageState.Deferred)).Sum(row => row.Value);

    private static object Share(decimal percent, string from) => new { name = "all", from, source = "measurement plan 2027", value = new { percent, period = "quarter" } };

    private static async Task PublishAsync(TestHost host, decimal percent, string from)
    {
        using var head = await host.SignInAsync("gu", Role.BusinessHead);
        using var risk = await host.SignInAsync("zhou", Role.Risk);
        (await risk.PostAsync($"{Rules}/{await ProposeAsync(head, Share(percent, from))}/publication", null, Token)).EnsureSuccessStatusCode();
    }

    private static async Task<string> ProposeAsync(HttpClient client, object rule)
    {
        using var reply = await client.PostAsJsonAsync(Rules, rule, Token);
        Assert.Equal(HttpStatusCode.Created, reply.StatusCode);
        return (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, object rule)
    {
        using var reply = await client.PostAsJsonAsync(Rules, rule, Token);
        return reply.StatusCode;
    }
}
