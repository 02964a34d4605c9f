using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Sops;

namespace Orchestrator.Console.Tests;

public sealed class MigrationTests(ConsoleFixture console)
{
    private const string Key = "migrating-campaign";

    private Definitions Definitions => console.Services.GetRequiredService<Definitions>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Campaigns_are_checked_mapped_and_moved_and_the_reason_is_kept()
    {
        await PublishedAsync(xml => xml);
        var there = await console.Campaigns.CreateAsync("要换流程的活动", 20, Key);
        var gone = await console.Campaigns.CreateAsync("停在评审的活动", 27, Key);
        await console.Campaigns.CompleteAsync(gone.Id, "write-brief", "submit", "linxia");
        var target = await PublishedAsync(xml => Renamed(xml, "review-brief", "judge-brief", "reviewBriefOutcome", "judgeBriefOutcome"));
        await using var session = await console.OpenAsync("tangwei");

        await session.GoAsync($"/sops/{target}/migration");
        await session.CheckAsync();
        Assert.Contains("需指定对应节点", await session.Page.InnerTextAsync(".tbl"), StringComparison.Ordinal);

        await session.Page.ClickAsync("button[value=move]");
        await session.Page.WaitForSelectorAsync("[name=reason][aria-invalid=true]");

        await session.Page.SelectOptionAsync("[name='map.review-brief']", "judge-brief");
        await session.Page.ClickAsync("button[value=check]");
        await session.Page.WaitForSelectorAsync($"tr:has(input[value='{gone.Id}']) .pill.is-ok");
        await session.Page.CheckAsync($"input[name=campaign][value='{there.Id}']");
        await session.Page.FillAsync("[name=reason]", "新版会签表单");
        await session.Page.ClickAsync("button[value=move]");
        await session.Page.WaitForSelectorAsync(".notice:has-text('2 / 2')");

        await session.CheckAsync();
        await session.PictureAsync("sop-migration-zh");
        await console.Campaigns.TaskAsync(gone.Id, "judge-brief");
        var chain = await console.Services.GetRequiredService<AuditQueries>().ChainAsync($"campaign:{gone.Id:N}", Token);
        Assert.Contains(chain, row => row.Type == "migration-ordered" && row.Reason == "新版会签表单");
    }

    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 390)]
    public async Task An_admin_moves_a_campaign_by_hand_with_a_reason(string language, int width)
    {
        var campaign = await console.Campaigns.CreateAsync($"人工调整 {width}", width % 50);
        await using var session = await console.OpenAsync("tangwei", language, width);
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=diagram");
        await session.Page.ClickAsync($"main a[href='/campaigns/{campaign.Id}/tokens']");
        await session.Page.WaitForSelectorAsync("[data-island].is-ready");

        await session.Page.ClickAsync("main form button.btn-stop");
        await session.Page.WaitForSelectorAsync("[name=reason][aria-invalid=true]");
        await session.CheckAsync();

        await session.Page.CheckAsync("input[name=cancel][value=write-brief]");
        await session.Page.CheckAsync("input[name=start][value=review-brief]");
        await session.Page.FillAsync("[name=reason]", "方案已在线下评审");
        await session.Page.ClickAsync("main form button.btn-stop");
        await session.Page.WaitForURLAsync("**tab=diagram");
        await session.Page.WaitForSelectorAsync(".djs-shape.mark-here[data-element-id='review-brief']");
    }

    [Fact]
    public async Task Moving_by_hand_is_for_process_admins()
    {
        var campaign = await console.ShownAsync();
        await using var session = await console.OpenAsync("linxia");

        var response = await session.GoAsync($"/campaigns/{campaign.Id}/tokens");

        Assert.Equal(403, response.Status);
    }

    [Fact]
    public async Task A_replay_lists_past_campaigns_that_a_proposed_decision_would_have_decided_differently()
    {
        var past = await console.Campaigns.AwaitingSignOffAsync("被否决的活动", 33);
        await console.Campaigns.CompleteAsync(past.Id, "risk-sign", "reject", "zhouheng", "风险过高");
        var published = (await Definitions.ListAsync(DefinitionKind.Decision, Token)).First(row => row is { Key: "campaign-risk", State: DefinitionState.Published });
        var xml = (await Definitions.FindAsync(published.Id, Token))!.Xml;
        var draft = await Definitions.UploadAsync(DefinitionKind.Decision, xml.Replace("\"MEDIUM\"", "\"HIGH\"", StringComparison.Ordinal), null, await console.Campaigns.ActorAsync("tangwei"), Token);
        await using var session = await console.OpenAsync("zhouheng", "en");

        await session.GoAsync($"/decisions/{draft.Value.Id}/replay");
        await session.Page.ClickAsync("main form button.btn-primary");
        await session.Page.WaitForSelectorAsync($"tr:has(a[href='/campaigns/{past.Id}']) del:has-text('MEDIUM')");
        await session.CheckAsync();
        await session.PictureAsync("decision-replay-en");

        await session.GoAsync($"/decisions/{draft.Value.Id}/diff");
        Assert.NotEqual(0, await session.Page.Locator(".change-list ins").CountAsync());
        await session.CheckAsync();
        var sop = (await Definitions.ListAsync(DefinitionKind.Sop, Token))[0];
        Assert.Equal(403, (await session.GoAsync($"/sops/{sop.Id}/replay")).Status);
    }

    private static string Renamed(string xml, string from, string to, string fromOutcome, string toOutcome) => xml
        .Replace($"id=\"{from}\"", $"id=\"{to}\"", StringComparison.Ordinal)
        .Replace($"entry=\"{from}\"", $"entry=\"{to}\"", StringComparison.Ordinal)
        .Replace($"bpmnElement=\"{from}\"", $"bpmnElement=\"{to}\"", StringComparison.Ordinal)
        .Replace($"Ref=\"{from}\"", $"Ref=\"{to}\"", StringComparison.Ordinal)
        .Replace($"owner {from}", $"owner {to}", StringComparison.Ordinal)
        .Replace(fromOutcome, toOutcome, StringComparison.Ordinal);

    /// <summary>A version of an SOP of this test's own: other tests go on with the standard one.</summary>
    private async Task<Guid> PublishedAsync(Func<string, string> change)
    {
        var standard = (await console.ShownAsync()).SopVersionId;
        var xml = (await Definitions.FindAsync(standard, Token))!.Xml.Replace("\"standard-campaign\"", $"\"{Key}\"", StringComparison.Ordinal);
        var stored = await Definitions.UploadAsync(DefinitionKind.Sop, change(xml), await Definitions.FormsAsync(standard, Token), await console.Campaigns.ActorAsync("tangwei"), Token);
        Assert.Null(stored.Refusal);
        var published = await Definitions.PublishAsync(stored.Value.Id, await console.Campaigns.ActorAsync("shenning"), Token);
        Assert.True(published.Refusal is null, string.Join(' ', published.Refusal?.Problems.SelectMany(problem => problem.Args) ?? []));
        return stored.Value.Id;
    }
}
