using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;

namespace Orchestrator.Console.Tests;

/// <summary>What sending asks is answered where the owner works; the incidents are not theirs to open.</summary>
[Collection(nameof(MovedClock))]
public sealed class QuestionTests(ConsoleFixture console)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_answers_a_missed_start_on_the_campaign_page_and_in_the_inbox()
    {
        var campaign = await console.RunningAsync();
        var asked = await AskAsync(campaign.Id);
        await using var owner = await console.OpenAsync("linxia");

        await owner.GoAsync($"/campaigns/{campaign.Id}");
        var first = owner.Page.Locator($"#question-{asked[0]:N}");
        Assert.Contains("已超过允许的迟到时限", await first.InnerTextAsync(), StringComparison.Ordinal);
        await owner.CheckAsync();
        await first.Locator("button[value=send-now]").ClickAsync();
        await owner.Page.WaitForSelectorAsync("[role=alert]");
        await first.Locator("input[name=reason]").FillAsync("机房断电，客户仍在等");
        await first.Locator("button[value=send-now]").ClickAsync();
        await owner.Page.WaitForSelectorAsync(".toast-note");
        Assert.Equal(0, await first.CountAsync());
        Assert.Equal(("send-now", "linxia", "机房断电，客户仍在等"), await AnswerOfAsync(asked[0]));

        await owner.GoAsync("/inbox");
        var second = owner.Page.Locator($"#question-{asked[1]:N}");
        Assert.Contains(campaign.Name, await second.InnerTextAsync(), StringComparison.Ordinal);
        await owner.CheckAsync();
        await second.Locator("input[name=reason]").FillAsync("时机已过");
        await second.Locator("button[value=skip]").ClickAsync();
        await owner.Page.WaitForSelectorAsync(".toast-note");
        Assert.Equal(("skip", "linxia", "时机已过"), await AnswerOfAsync(asked[1]));
        Assert.Equal(0, await owner.Page.Locator("#questions").CountAsync());
    }

    [Fact]
    public async Task Others_see_that_something_is_asked_but_get_no_answers_to_click()
    {
        var campaign = await console.RunningAsync();
        var asked = await AskAsync(campaign.Id);
        await using var reviewer = await console.OpenAsync("shenning", "en");

        await reviewer.GoAsync($"/campaigns/{campaign.Id}");

        Assert.Contains("missed its limit", await reviewer.Page.InnerTextAsync($"#question-{asked[0]:N}"), StringComparison.Ordinal);
        Assert.Equal(0, await reviewer.Page.Locator("#questions button").CountAsync());
        foreach (var id in asked)
            Assert.Null((await console.Services.GetRequiredService<Incidents>().AnswerAsync(id, campaign.Id, LateWork.Skip, "put away", await console.Campaigns.ActorAsync("linxia"), Token)).Refusal);
    }

    /// <summary>As the scheduler asks, about the two reach-outs that are over: whatever is answered changes nothing for other tests.</summary>
    private async Task<List<Guid>> AskAsync(Guid campaign)
    {
        var incidents = console.Services.GetRequiredService<Incidents>();
        return await console.Services.GetRequiredService<Database>().WriteAsync(
            async (tx, token) =>
            {
                var over = await tx.Db.Occurrences.Where(row => row.CampaignId == campaign && row.State == ReachoutState.Completed).OrderBy(row => row.Due).Take(2).ToListAsync(token);
                Assert.Equal(2, over.Count);
                foreach (var row in over)
                {
                    await incidents.AskAsync(
                        tx, new NewIncident("plan-occurrence", $"occurrence:{row.Id}", campaign, "found too late", new NewWork("plan-occurrence", $"occurrence:{row.Id}", row.Due, new { occurrenceId = row.Id })) { Choices = LateWork.Choices }, token);
                    await tx.Db.SaveChangesAsync(token);
                }
                return await tx.Db.Incidents.Where(row => row.CampaignId == campaign && row.ClosedAt == null && row.Choices != null).OrderBy(row => row.RaisedAt).ThenBy(row => row.RetryKey).Select(row => row.Id).ToListAsync(token);
            },
            Token);
    }

    private async Task<(string?, string?, string?)> AnswerOfAsync(Guid id)
    {
        var row = await console.Services.GetRequiredService<Database>().ReadAsync((db, token) => db.Incidents.SingleAsync(incident => incident.Id == id, token), Token);
        return (row.Outcome, row.ClosedBy, row.Note);
    }
}
