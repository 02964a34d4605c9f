using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Sops;

namespace Orchestrator.Console.Tests;

public sealed class SopTests(ConsoleFixture console)
{
    private Definitions Definitions => console.Services.GetRequiredService<Definitions>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The express SOP with a task due later, one task more and one flow less: as an admin would change it.</summary>
    private async Task<DefinitionSummary> DraftAsync(Func<string, string> change)
    {
        var published = (await Definitions.ListAsync(DefinitionKind.Sop, Token)).Where(row => row is { Key: "express-campaign", State: DefinitionState.Published }).MaxBy(row => row.Version)!;
        var xml = (await Definitions.FindAsync(published.Id, Token))!.Xml;
        var stored = await Definitions.UploadAsync(DefinitionKind.Sop, change(xml), await Definitions.FormsAsync(published.Id, Token), await console.Campaigns.ActorAsync("tangwei"), Token);
        Assert.Null(stored.Refusal);
        return stored.Value;
    }

    private static string Proposed(string xml) => xml
        .Replace("""<bpmn:userTask id="review-brief" name="业务评审" sop:due="PT2H" """, """<bpmn:userTask id="review-brief" name="业务评审" sop:due="PT3H" """, StringComparison.Ordinal)
        .Replace("owner configure test-send", "owner configure test-everything", StringComparison.Ordinal)
        .Replace("<sop:name zh=\"测试发送\" en=\"Test send\"/>", "<sop:name zh=\"全渠道测试\" en=\"Test all channels\"/>", StringComparison.Ordinal)
        .Replace("id=\"test-send\"", "id=\"test-everything\"", StringComparison.Ordinal)
        .Replace("bpmnElement=\"test-send\"", "bpmnElement=\"test-everything\"", StringComparison.Ordinal)
        .Replace("Ref=\"test-send\"", "Ref=\"test-everything\"", StringComparison.Ordinal);

    [Theory]
    [InlineData("zh-CN", "zh")]
    [InlineData("en", "en")]
    public async Task Two_versions_are_compared_as_a_list_and_on_the_diagram(string language, string suffix)
    {
        var draft = await DraftAsync(Proposed);
        await using var session = await console.OpenAsync("tangwei", language);

        await session.GoAsync($"/sops/{draft.Id}");
        await session.CheckAsync();
        await session.Page.ClickAsync(".tabs a[href$='/diff']");
        await session.Page.WaitForSelectorAsync(".djs-shape.mark-added[data-element-id='test-everything']");

        Assert.Equal(1, await session.Page.Locator(".djs-shape.mark-removed[data-element-id='test-send']").CountAsync());
        Assert.Equal(2, await session.Page.Locator(".djs-shape.mark-changed[data-element-id='review-brief']").CountAsync());
        Assert.Contains("PT3H", await session.Page.InnerTextAsync(".change-list ins >> nth=0"), StringComparison.Ordinal);
        await session.CheckAsync();
        await session.PictureAsync($"sop-diff-{suffix}", full: true);
    }

    [Fact]
    public async Task A_second_person_publishes_the_uploader_cannot_and_a_published_version_is_deprecated()
    {
        var draft = await DraftAsync(xml => xml.Replace("id=\"express-campaign\"", "id=\"express-published\"", StringComparison.Ordinal).Replace("bpmnElement=\"express-campaign\"", "bpmnElement=\"express-published\"", StringComparison.Ordinal));
        await using (var uploader = await console.OpenAsync("tangwei", "en"))
        {
            await uploader.GoAsync($"/sops/{draft.Id}");
            Assert.Equal(0, await uploader.Page.Locator("button:has-text('Publish')").CountAsync());
            Assert.Contains("Somebody else publishes it", await uploader.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        }
        await using (var second = await console.OpenAsync("shenning", "en"))
        {
            await second.GoAsync($"/sops/{draft.Id}");
            await second.Page.ClickAsync(".page-actions button:has-text('Publish')");
            await second.Page.WaitForSelectorAsync(".page-head .pill:has-text('published')");
            await second.CheckAsync();
        }
        await using var admin = await console.OpenAsync("tangwei", "en", 390);
        await admin.GoAsync($"/sops/{draft.Id}");
        await admin.Page.ClickAsync(".page-actions button:has-text('Deprecate')");
        await admin.Page.WaitForSelectorAsync(".page-head .pill:has-text('deprecated')");
        await admin.GoAsync("/sops");
        await admin.CheckAsync();
    }

    [Fact]
    public async Task A_draft_without_a_compliance_sign_off_is_refused_at_publishing_and_marked_on_the_diagram()
    {
        var draft = await DraftAsync(xml => xml.Replace("id=\"express-campaign\"", "id=\"express-unsigned\"", StringComparison.Ordinal).Replace("bpmnElement=\"express-campaign\"", "bpmnElement=\"express-unsigned\"", StringComparison.Ordinal)
            .Replace("candidateGroups=\"compliance\"", "candidateGroups=\"platform\"", StringComparison.Ordinal));
        await using var session = await console.OpenAsync("shenning", "zh-CN");
        await session.GoAsync($"/sops/{draft.Id}");
        Assert.NotEqual(0, await session.Page.Locator(".djs-shape.mark-error").CountAsync());

        await session.Page.ClickAsync(".page-actions button:has-text('发布')");

        await session.Page.WaitForSelectorAsync("[role=alert]");
        Assert.Contains("定义文件有误", await session.Page.InnerTextAsync("[role=alert]"), StringComparison.Ordinal);
        Assert.Equal(DefinitionState.Draft, (await Definitions.FindAsync(draft.Id, Token))!.State);
        await session.CheckAsync();
    }

    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 390)]
    public async Task A_dry_run_shows_path_and_times_and_refuses_a_wrong_number_at_its_field(string language, int width)
    {
        var draft = await DraftAsync(Proposed);
        await using var session = await console.OpenAsync("tangwei", language, width);
        await session.GoAsync($"/sops/{draft.Id}/dry-run");

        await session.Page.FillAsync("[name='hours.review-brief']", "-1");
        await session.Page.ClickAsync("main form button.btn-primary");
        await session.Page.WaitForSelectorAsync("[name='hours.review-brief'][aria-invalid=true]");
        await session.CheckAsync();

        await session.Page.FillAsync("[name='hours.review-brief']", "30");
        await session.Page.ClickAsync("main form button.btn-primary");
        await session.Page.WaitForSelectorAsync(".djs-shape.mark-done[data-element-id='review-brief']");
        await session.Page.WaitForSelectorAsync(".tbl tbody tr");

        await session.CheckAsync();
        if (width == 1280)
            await session.PictureAsync("sop-dry-run-zh");
    }
}
