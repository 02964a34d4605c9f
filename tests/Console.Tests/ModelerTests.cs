using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Sops;

namespace Orchestrator.Console.Tests;

public sealed class ModelerTests(ConsoleFixture console)
{
    private Definitions Definitions => console.Services.GetRequiredService<Definitions>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zh-CN", "zh", 1280)]
    [InlineData("en", "en", 1280)]
    public async Task A_task_is_changed_in_the_properties_panel_checked_while_drawing_and_saved_as_a_draft(string language, string suffix, int width)
    {
        var shipped = await ShippedAsync(DefinitionKind.Sop, "express-campaign");
        await using var session = await console.OpenAsync("tangwei", language, width);
        await session.GoAsync($"/sops/{shipped.Id}/edit");
        await session.Page.ClickAsync(".djs-shape[data-element-id='review-brief']");
        await session.Page.WaitForSelectorAsync(".bio-properties-panel input[name=sopDue]");
        await session.CheckAsync();
        await session.PictureAsync($"sop-modeler-{suffix}");

        await session.Page.Locator(".diagram-zoom button").Nth(2).ClickAsync();

        // A mistake is found while one draws, and marked on its element.
        await session.Page.ClickAsync(".djs-shape[data-element-id='compliance-sign']");
        await session.Page.FillAsync(".bio-properties-panel input[name=sopDue]", "soon");
        await session.Page.WaitForSelectorAsync(".djs-shape.mark-error[data-element-id='compliance-sign']");
        await session.Page.WaitForSelectorAsync("#findings [data-finding='compliance-sign'][data-severity=error]");
        await session.Page.FillAsync(".bio-properties-panel input[name=sopDue]", "PT4H");
        await session.Page.WaitForSelectorAsync(".djs-shape[data-element-id='compliance-sign']:not(.mark-error)");

        await session.Page.ClickAsync(".djs-shape[data-element-id='review-brief']");
        await session.Page.FillAsync(".bio-properties-panel input[name=sopDue]", "PT5H");
        await session.Page.ClickAsync(".form-foot button.btn-primary");
        await session.Page.WaitForSelectorAsync(".toast-note");

        var stored = await Definitions.FindAsync(Guid.Parse(new Uri(session.Page.Url).Segments[^1]), Token);
        Assert.Equal(DefinitionState.Draft, stored!.State);
        var changes = await console.Services.GetRequiredService<DefinitionComparison>().BetweenAsync(shipped.Id, stored.Id, Token);
        // Nothing but what was entered has changed: drawing keeps every zeebe: and sop: element.
        var change = Assert.Single(changes!);
        Assert.Equal(("review-brief", "PT5H"), (change.ElementId, Assert.Single(change.Settings).After));
    }

    [Fact]
    public async Task A_new_sop_is_drawn_from_a_skeleton_that_could_be_published_and_saved_as_version_1()
    {
        await using var session = await console.OpenAsync("tangwei");
        await session.GoAsync("/sops");
        await session.Page.ClickAsync("a[href='/sops/new']");
        await session.Page.WaitForSelectorAsync(".djs-shape[data-element-id='consumer-protection-sign']");
        await session.CheckAsync();
        Assert.Equal(0, await session.Page.Locator("#findings [data-severity=error]").CountAsync());

        // An id that is taken is refused at its field, and the drawing stays.
        await session.Page.FillAsync("[name=key]", "express-campaign");
        await session.Page.FillAsync("[name=nameZh]", "节日活动");
        await session.Page.FillAsync("[name=nameEn]", "Festival");
        await session.Page.ClickAsync(".djs-shape[data-element-id='compliance-sign']");
        await session.Page.FillAsync(".bio-properties-panel input[name=sopDue]", "PT6H");
        await session.Page.ClickAsync(".form-foot button.btn-primary");
        await session.Page.WaitForSelectorAsync("[name=key][aria-invalid=true]");
        Assert.Contains("PT6H", await session.Page.InputValueAsync("#xml"), StringComparison.Ordinal);
        await session.Page.WaitForSelectorAsync(".djs-shape[data-element-id='compliance-sign']");

        await session.Page.FillAsync("[name=key]", "festival-campaign");
        await session.Page.ClickAsync(".form-foot button.btn-primary");
        await session.Page.WaitForSelectorAsync(".toast-note");

        var stored = (await Definitions.FindAsync(Guid.Parse(new Uri(session.Page.Url).Segments[^1]), Token))!;
        Assert.Equal(("festival-campaign", 1, "节日活动", "Festival", DefinitionState.Draft), (stored.Key, stored.Version, stored.NameZh, stored.NameEn, stored.State));
        Assert.Contains("PT6H", stored.Xml, StringComparison.Ordinal);
        Assert.Equal(["compliance-sign", "consumer-protection-sign", "launch-check", "risk-sign", "write-brief"], (await Definitions.FormsAsync(stored.Id, Token)).Keys.Order());
        Assert.Null((await Definitions.PublishAsync(stored.Id, await console.Campaigns.ActorAsync("shenning"), Token)).Refusal);
        var campaign = await console.Campaigns.CreateAsync("按新流程的活动", 105, "festival-campaign");
        await console.Campaigns.CompleteAsync(campaign.Id, "write-brief", "submit", "linxia");
        foreach (var (element, user) in new[] { ("risk-sign", "zhouheng"), ("compliance-sign", "shenning"), ("consumer-protection-sign", "xulan") })
            await console.Campaigns.CompleteAsync(campaign.Id, element, "approve", user);
        await console.Campaigns.TaskAsync(campaign.Id, "launch-check");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_refused_with_the_line_and_nothing_is_stored()
    {
        var shipped = await ShippedAsync(DefinitionKind.Sop, "express-campaign");
        var before = (await Definitions.ListAsync(DefinitionKind.Sop, Token)).Count(row => row.Key == "express-broken");
        await using var session = await console.OpenAsync("tangwei", "en", script: false);
        await session.Page.GotoAsync($"/sops/{shipped.Id}/edit");
        await session.Page.ClickAsync("main details summary");
        var xml = await session.Page.InputValueAsync("#xml");

        await session.Page.FillAsync("#xml", xml.Replace("\"express-campaign\"", "\"express-broken\"", StringComparison.Ordinal).Replace("targetRef=\"review-brief\"", "targetRef=\"nowhere\"", StringComparison.Ordinal));
        await session.Page.ClickAsync(".form-foot button.btn-primary");

        await session.Page.WaitForSelectorAsync("[role=alert]:has-text('Line')");
        Assert.Contains("nowhere", await session.Page.InputValueAsync("#xml"), StringComparison.Ordinal);
        Assert.Equal(before, (await Definitions.ListAsync(DefinitionKind.Sop, Token)).Count(row => row.Key == "express-broken"));
    }

    [Fact]
    public async Task A_file_is_uploaded_and_a_broken_one_refused_with_each_error()
    {
        var shipped = await ShippedAsync(DefinitionKind.Sop, "express-campaign");
        var xml = (await Definitions.FindAsync(shipped.Id, Token))!.Xml;
        await using var session = await console.OpenAsync("tangwei", "en");
        await session.GoAsync("/sops");

        await session.Page.SetInputFilesAsync("#file", new Microsoft.Playwright.FilePayload { Name = "broken.bpmn", MimeType = "application/xml", Buffer = System.Text.Encoding.UTF8.GetBytes("<definitions") });
        await session.Page.ClickAsync("main form button.btn-primary");
        await session.Page.WaitForSelectorAsync("[role=alert]:has-text('Line')");
        await session.CheckAsync();

        await session.Page.SetInputFilesAsync("#file", new Microsoft.Playwright.FilePayload { Name = "express.bpmn", MimeType = "application/xml", Buffer = System.Text.Encoding.UTF8.GetBytes(xml) });
        await session.Page.ClickAsync("main form button.btn-primary");
        await session.Page.WaitForSelectorAsync(".page-head .pill:has-text('draft')");
    }

    [Fact]
    public async Task A_decision_table_is_edited_and_saved_as_a_draft()
    {
        var shipped = await ShippedAsync(DefinitionKind.Decision, "campaign-risk");
        await using var session = await console.OpenAsync("tangwei", "zh-CN");
        await session.GoAsync($"/decisions/{shipped.Id}/edit");
        await session.CheckAsync();

        var cell = session.Page.Locator(".tjs-container td[data-element-id] .content-editable:has-text('\"MEDIUM\"')").First;
        await cell.ClickAsync();
        await session.Page.Keyboard.PressAsync("ControlOrMeta+A");
        await session.Page.Keyboard.TypeAsync("\"HIGH\"");
        await session.PictureAsync("decision-modeler-zh");
        await session.Page.ClickAsync(".form-foot button.btn-primary");
        await session.Page.WaitForSelectorAsync(".toast-note");

        var stored = (await Definitions.FindAsync(Guid.Parse(new Uri(session.Page.Url).Segments[^1]), Token))!;
        var changes = await console.Services.GetRequiredService<DefinitionComparison>().BetweenAsync(shipped.Id, stored.Id, Token);
        Assert.Equal("\"HIGH\"", Assert.Single(Assert.Single(changes!).Settings).After);
    }

    [Fact]
    public async Task Every_page_of_a_version_fits_a_phone()
    {
        var sop = await ShippedAsync(DefinitionKind.Sop, "express-campaign");
        var decision = await ShippedAsync(DefinitionKind.Decision, "campaign-risk");
        await using var session = await console.OpenAsync("tangwei", "zh-CN", 390);

        foreach (var path in new[] { $"/sops/{sop.Id}", $"/sops/{sop.Id}/diff", $"/sops/{sop.Id}/migration", $"/sops/{sop.Id}/replay", $"/sops/{sop.Id}/edit", $"/decisions/{decision.Id}", $"/decisions/{decision.Id}/edit" })
        {
            await session.GoAsync(path);
            await session.CheckAsync();
        }
    }

    private async Task<DefinitionSummary> ShippedAsync(DefinitionKind kind, string key) =>
        (await Definitions.ListAsync(kind, Token)).Single(row => row.Key == key && row.Version == 1);
}
