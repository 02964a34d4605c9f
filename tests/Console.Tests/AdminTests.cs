using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;

namespace Orchestrator.Console.Tests;

public sealed class AdminTests(ConsoleFixture console)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_is_connected_refused_at_its_field_and_its_secret_never_comes_back()
    {
        await using var session = await console.OpenAsync("majun", "en");
        await session.GoAsync("/channels/new");
        await session.CheckAsync();
        await session.Page.ClickAsync("a[href='/channels/new?provider=smtp']");
        await session.CheckAsync();

        await session.Page.FillAsync("[name=name]", "Post office");
        await session.Page.FillAsync("[name='settings.password']", "s3cret-of-the-post");
        await session.Page.UncheckAsync("[name=isDefault]");
        await session.Page.ClickAsync(".form-foot button.btn-primary");
        await session.Page.WaitForSelectorAsync("[name='settings.host'][aria-invalid=true]");
        Assert.Equal("", await session.Page.InputValueAsync("[name='settings.password']"));
        await session.CheckAsync();

        await session.Page.FillAsync("[name='settings.host']", "smtp.example.com");
        await session.Page.FillAsync("[name='settings.from']", "news@example.com");
        await session.Page.FillAsync("[name='settings.user']", "post");
        await session.Page.FillAsync("[name='settings.password']", "s3cret-of-the-post");
        await session.Page.FillAsync("[name=signatureZh]", "禾光消费金融");
        await session.Page.SelectOptionAsync("[name=registration]", "Registered");
        await session.Page.FillAsync("[name=registrationNumber]", "BB-2026-7");
        await session.Page.FillAsync("[name=registeredUntil]", "2027-03-31");
        await session.Page.ClickAsync(".form-foot button.btn-primary");
        await session.Page.WaitForURLAsync("**/channels/0*");

        Assert.Equal("2027-03-31", await session.Page.InputValueAsync("[name=registeredUntil]"));
        Assert.DoesNotContain("s3cret-of-the-post", await session.Page.ContentAsync(), StringComparison.Ordinal);
        await session.CheckAsync();
        await session.PictureAsync("channel-account-en");

        // A demo workspace stays in the sandbox, and says so.
        await session.Page.ClickAsync("button:has-text('Ask to go live')");
        await session.Page.WaitForSelectorAsync("[role=alert]:has-text('Demo stays in the sandbox')");
    }

    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 390)]
    public async Task An_account_says_what_it_serves(string language, int width)
    {
        var accounts = console.Services.GetRequiredService<ChannelAccounts>();
        var name = $"Hong Kong {language}";
        await using var session = await console.OpenAsync("majun", language, width);
        await session.GoAsync("/channels/new?provider=twilio");
        await session.Page.FillAsync("[name=name]", name);
        await session.Page.FillAsync("[name='settings.accountSid']", "AC00000000000000000000000000000001");
        await session.Page.FillAsync("[name='settings.authToken']", "a-token-of-twilio");
        await session.Page.FillAsync("[name='settings.from']", "+85230000000");
        await session.Page.UncheckAsync("[name=isDefault]");
        await session.Page.CheckAsync("[name=serves-servicing]");
        await session.Page.FillAsync("[name=prefixes]", "852");
        await session.Page.ClickAsync(".form-foot button.btn-primary");
        await session.Page.WaitForSelectorAsync("[name=prefixes][aria-invalid=true]");
        await session.CheckAsync();

        await session.Page.FillAsync("[name='settings.authToken']", "a-token-of-twilio");
        await session.Page.FillAsync("[name=prefixes]", "+852\n+853");
        await session.Page.FillAsync("[name=order]", "3");
        await session.Page.ClickAsync(".form-foot button.btn-primary");
        await session.Page.WaitForURLAsync("**/channels/0*");

        Assert.Equal(("+852\n+853", true, false), (await session.Page.InputValueAsync("[name=prefixes]"), await session.Page.IsCheckedAsync("[name=serves-servicing]"), await session.Page.IsCheckedAsync("[name=isDefault]")));
        await session.CheckAsync();
        var account = (await accounts.ListAsync(Token)).Single(row => row.Name == name);
        Assert.Equal(("Servicing", "+852,+853", 3, false), (account.Purposes, account.Prefixes, account.Order, account.IsDefault));
        await session.GoAsync("/channels");
        Assert.Contains("+852", await session.Page.Locator($".panel:has-text('{name}')").InnerTextAsync(), StringComparison.Ordinal);
        await session.CheckAsync();
    }

    [Fact]
    public async Task A_second_person_approves_going_live_and_it_is_put_back()
    {
        var accounts = console.Services.GetRequiredService<ChannelAccounts>();
        var platform = await console.Campaigns.ActorAsync("majun");
        using var settings = System.Text.Json.JsonDocument.Parse("""{"host":"smtp.example.com","from":"a@example.com"}""");
        var account = (await accounts.CreateAsync(new AccountCommand("Second post", "smtp", settings.RootElement) { IsDefault = false }, platform, Token)).Value;
        await console.Services.GetRequiredService<Database>().WriteAsync(
            (tx, token) => tx.Db.ChannelAccounts.Where(row => row.Id == account.Id).ExecuteUpdateAsync(row => row.SetProperty(one => one.Mode, AccountMode.LiveRequested).SetProperty(one => one.LiveRequestedBy, "majun"), token), Token);

        await using (var asker = await console.OpenAsync("majun", "zh-CN", 390))
        {
            await asker.GoAsync($"/channels/{account.Id}");
            Assert.Equal(0, await asker.Page.Locator("button:has-text('批准真实发送')").CountAsync());
            await asker.CheckAsync();
        }
        await using var second = await console.OpenAsync("shenning", "zh-CN");
        await second.GoAsync($"/channels/{account.Id}");
        Assert.False(await second.Page.IsEditableAsync("[name=name]"));
        await second.Page.ClickAsync("button:has-text('批准真实发送')");
        await second.Page.WaitForSelectorAsync(".page-head .pill:has-text('真实发送')");
        await second.CheckAsync();

        // The list has the same switch.
        await second.GoAsync("/channels");
        var card = second.Page.Locator(".panel:has-text('Second post')");
        Assert.Contains("真实发送", await card.InnerTextAsync(), StringComparison.Ordinal);
        await card.Locator("button:has-text('切回沙箱')").ClickAsync();
        await second.Page.WaitForSelectorAsync(".panel:has-text('Second post') .pill:has-text('沙箱')");
        Assert.Equal(AccountMode.Sandbox, (await accounts.ListAsync(Token)).Single(row => row.Id == account.Id).Mode);
    }

    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 390)]
    public async Task A_suppression_is_added_and_lifted_with_a_reason(string language, int width)
    {
        var address = $"138001{width:00000}";
        await using var session = await console.OpenAsync("xulan", language, width);
        await session.GoAsync("/suppressions");
        await session.CheckAsync();

        await session.Page.FillAsync("[name=address]", address);
        await session.Page.FillAsync("[name=reason]", "投诉");
        await session.Page.ClickAsync("main form button.btn-stop");
        await session.Page.WaitForSelectorAsync("[name=channel][aria-invalid=true]");
        await session.CheckAsync();

        await session.Page.SelectOptionAsync("[name=channel]", "sms");
        await session.Page.ClickAsync("main form button.btn-stop");
        await session.Page.WaitForSelectorAsync(".toast-note");
        var row = session.Page.Locator($"tr:has-text('{address[^4..]}')").First;
        await row.Locator("summary").ClickAsync();
        await row.Locator("button[type=submit]").ClickAsync();
        await session.Page.WaitForSelectorAsync(".field-error");
        await session.CheckAsync();

        await session.Page.Locator($"tr:has-text('{address[^4..]}') input[name^='reason-']").FillAsync("客户来电解除");
        await session.Page.Locator($"tr:has-text('{address[^4..]}') button[type=submit]").ClickAsync();
        await session.Page.WaitForSelectorAsync(".toast-note");
        await session.GoAsync("/suppressions?all=true");
        Assert.Contains("客户来电解除", await session.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await session.CheckAsync();
    }

    [Fact]
    public async Task A_consent_needs_its_evidence_and_an_erasure_its_confirmation()
    {
        await using var session = await console.OpenAsync("xulan", "en");
        const string id = "HG000006";
        await console.Campaigns.CustomerAsync(id);
        await session.GoAsync($"/customers/{id}");

        await session.Page.ClickAsync("summary:has-text('Record a consent')");
        await session.Page.FillAsync("[name=consentSource]", "branch form");
        await session.Page.ClickAsync("button:has-text('Record a consent')");
        await session.Page.WaitForSelectorAsync("[name=consentEvidence][aria-invalid=true]");
        await session.Page.FillAsync("[name=consentEvidence]", "form 2026-118");
        await session.Page.ClickAsync("button:has-text('Record a consent')");
        await session.Page.WaitForSelectorAsync("td:has-text('form 2026-118')");
        await session.CheckAsync();

        await session.Page.ClickAsync("summary:has-text('Erase personal data')");
        await session.Page.FillAsync("[name=eraseReason]", "request of the customer");
        await session.Page.FillAsync("[name=eraseConfirm]", "yes");
        await session.Page.ClickAsync("button:has-text('Erase personal data')");
        await session.Page.WaitForSelectorAsync("[name=eraseConfirm][aria-invalid=true]");
        await session.CheckAsync();

        await session.Page.FillAsync("[name=eraseConfirm]", id);
        await session.Page.ClickAsync("button:has-text('Erase personal data')");
        await session.Page.WaitForSelectorAsync(".page-head .pill:has-text('erased')");
        Assert.Equal(0, await session.Page.Locator("[name=eraseConfirm]").CountAsync());
    }

    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 390)]
    public async Task A_segment_is_written_with_a_live_count_and_published_by_somebody_else(string language, int width)
    {
        var key = $"own-{width}";
        await using var writer = await console.OpenAsync("linxia", language, width);
        await writer.GoAsync("/segments/new");
        await writer.Page.FillAsync("[name=id]", key);
        await writer.Page.FillAsync("[name=nameZh]", "自建人群");
        await writer.Page.FillAsync("[name=nameEn]", "Own segment");
        await writer.Page.FillAsync("[name='parameters[0].key']", "min_age");
        await writer.Page.FillAsync("[name='parameters[0].zh']", "年龄不低于");
        await writer.Page.FillAsync("[name='parameters[0].en']", "Age at least");
        await writer.Page.FillAsync("[name='parameters[0].default']", "30");
        await RuleAsync(writer, "age >= $min_age and shoe_size = 4");
        await writer.Page.WaitForSelectorAsync("#segment-count .notice:has-text('shoe_size')");
        await writer.Page.ClickAsync("button[value=save]");
        await writer.Page.WaitForSelectorAsync(".field-error:has-text('shoe_size')");
        await writer.CheckAsync();

        await RuleAsync(writer, "age >= $min_age and student = false");
        await writer.Page.WaitForSelectorAsync("#segment-count .tile-value");
        await writer.CheckAsync();
        await writer.Page.ClickAsync("button[value=save]");
        await writer.Page.WaitForURLAsync("**draft=true");
        Assert.Equal(0, await writer.Page.Locator(".page-actions button").CountAsync());

        await using var second = await console.OpenAsync("zhouheng", language, width);
        await second.GoAsync($"/segments/{key}?draft=true");
        await second.Page.ClickAsync(".page-actions button.btn-primary");
        await second.Page.WaitForURLAsync($"**/segments/{key}");
        await second.Page.WaitForSelectorAsync(".page-head .pill.is-ok");
        await second.CheckAsync();
        await second.GoAsync($"/segments/{key}/edit");
        await second.CheckAsync();
        if (width == 1280)
            await second.PictureAsync("segment-edit-zh");
        await second.GoAsync("/segments");
        await second.CheckAsync();
    }

    // As typed into the editor that lies over the text area.
    private static Task RuleAsync(ConsoleSession session, string rule) => session.Page.FillAsync(".feel-editor .cm-content", rule);
}
