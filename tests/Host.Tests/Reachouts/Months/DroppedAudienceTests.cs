using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class DroppedAudienceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_audience_goes_with_the_last_month_of_a_campaign_that_is_over_and_every_report_goes_on_to_say_the_same(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect, term: new LedgerTerm(2));
        var (running, over) = (old.Recurring.CampaignId, old.Single.CampaignId);
        var reports = await ReportsAsync(old, over);
        var held = await MembersAsync(old, over);
        await HoldAsync(old, held[0]);
        await EndAsync(old, over);

        await old.DropAsync("2026-07");
        await old.DropAsync("2026-08");

        await Eventually.HoldsAsync(async () => (await MembersAsync(old, over)).Count == 1, "everybody but who is under legal hold is gone");
        Assert.Equal([held[0]], await MembersAsync(old, over));
        Assert.Equal(40, held.Count);
        Assert.Equal(reports, await ReportsAsync(old, over));
        Assert.Equal(40, (await MembersAsync(old, running)).Count);   // it runs on
        Assert.Equal(["audience-dropped"], await old.Host.Database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == LedgerMonths.Chain && row.Type.StartsWith("audience")).Select(row => row.Type).ToListAsync(token), Token));
        Assert.Equal("dropped", await MembershipAsync(old, over, held[20]));
        Assert.Equal("treated", await MembershipAsync(old, over, held[0]));

        // What ends, or is lifted, afterwards goes in the night.
        await EndAsync(old, running);
        await LiftAsync(old);
        old.Host.Clock.Advance(TimeSpan.FromDays(1));
        await Eventually.HoldsAsync(async () => (await MembersAsync(old, over)).Count + (await MembersAsync(old, running)).Count == 0, "the other campaign's went too, and who was held", 60);
        Assert.Equal(reports, await ReportsAsync(old, over));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_audience_stays_while_a_month_of_it_does_and_while_its_campaign_is_under_legal_hold(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect, term: new LedgerTerm(2));
        await EndAsync(old, old.Recurring.CampaignId);
        await EndAsync(old, old.Single.CampaignId);
        await old.Host.Services.GetRequiredService<LegalHolds>().PlaceAsync(new NewLegalHold(null, old.Recurring.CampaignId.ToString(), "inquiry", "Q-1"), ReachoutBed.Officer, Token);

        await old.DropAsync("2026-07");
        await Eventually.HoldsAsync(() => old.Host.Database.ReadAsync((db, token) => db.ScheduledWork.AnyAsync(row => row.Kind == DropAudiences.WorkKind && row.State == WorkState.Done, token), Token), "audiences were looked at");

        Assert.Equal((40, 40), ((await MembersAsync(old, old.Recurring.CampaignId)).Count, (await MembersAsync(old, old.Single.CampaignId)).Count));
        Assert.Empty(await old.Host.Database.ReadAsync((db, token) => db.DroppedAudiences.ToListAsync(token), Token));
    }

    private static Task<int> EndAsync(OldMonths old, Guid campaign) =>
        old.Host.Database.WriteAsync((tx, token) => tx.Db.Campaigns.Where(row => row.Id == campaign).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, CampaignStatus.Closed), token), Token);

    private static async Task HoldAsync(OldMonths old, long customer)
    {
        var id = await old.Host.Database.ReadAsync((db, token) => db.Customers.Where(row => row.CustomerNo == customer).Select(row => row.ExternalId).SingleAsync(token), Token);
        await MonthDropTests.HoldAsync(old, id);
    }

    private static Task<int> LiftAsync(OldMonths old) =>
        old.Host.Database.WriteAsync((tx, token) => tx.Db.LegalHolds.ExecuteUpdateAsync(set => set.SetProperty(row => row.LiftedAt, old.Host.Clock.GetUtcNow()).SetProperty(row => row.LiftedBy, "wu"), token), Token);

    /// <summary>In order; the first is no holdout.</summary>
    private static Task<List<long>> MembersAsync(OldMonths old, Guid campaign) =>
        old.Host.Database.ReadAsync((db, token) => db.AudienceMembers.Where(row => row.CampaignId == campaign).OrderBy(row => row.CustomerNo).Select(row => row.CustomerNo).ToListAsync(token), Token);

    private static async Task<List<string>> ReportsAsync(OldMonths old, Guid campaign)
    {
        var reports = (await old.GetAsync<JsonElement>($"/api/v1/campaigns/{campaign}/reports")).EnumerateArray().ToList();
        Assert.NotEmpty(reports);
        Assert.All(reports, report => Assert.True(report.GetProperty("addsUp").GetBoolean(), report.ToString()));
        return [.. reports.Select(report => $"{report.GetProperty("occurrenceId")} {report.GetProperty("audience")} {report.GetProperty("lines")}")];
    }

    private static async Task<string> MembershipAsync(OldMonths old, Guid campaign, long customer)
    {
        var id = await old.Host.Database.ReadAsync((db, token) => db.Customers.Where(row => row.CustomerNo == customer).Select(row => row.ExternalId).SingleAsync(token), Token);
        return (await old.Host.Services.GetRequiredService<WhyNot>().AskAsync(campaign, id, Token)).Value[0].Membership;
    }
}
