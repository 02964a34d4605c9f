using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

public sealed class SignOffTests(ConsoleFixture console)
{
    [Fact]
    public async Task An_edit_voids_what_covers_it_and_the_signer_sees_what_changed()
    {
        var campaign = await console.Campaigns.AwaitingSignOffAsync("改一个字的活动", 21);
        await console.Campaigns.CompleteAsync(campaign.Id, "risk-sign", "approve", "zhouheng");
        await console.Campaigns.CompleteAsync(campaign.Id, "compliance-sign", "approve", "shenning");

        await using (var owner = await console.OpenAsync("linxia"))
        {
            await owner.GoAsync($"/campaigns/{campaign.Id}/edit");
            await owner.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(d => d.open = true)");
            var text = owner.Page.Locator("textarea[name='phases[1].texts[4].body']");
            Assert.Contains("300", await text.InputValueAsync(), StringComparison.Ordinal);
            await text.FillAsync((await text.InputValueAsync()).Replace("300", "200", StringComparison.Ordinal));
            await owner.Page.ClickAsync(".form-foot button[type=submit]");
            await owner.Page.WaitForURLAsync("**tab=package");
            await owner.CheckAsync();
            var approvals = await owner.Page.InnerTextAsync("main");
            Assert.Contains("因改动失效", approvals, StringComparison.Ordinal);
            Assert.Contains("有效", approvals, StringComparison.Ordinal);
        }

        foreach (var (element, outcome, user) in new[] { ("consumer-protection-sign", "approve", "xulan"), ("finance-sign", "approve", "gaomin"), ("configure", null, "majun"), ("test-send", null, "hejing") })
            await console.Campaigns.CompleteAsync(campaign.Id, element, outcome, user);

        // The package is compared after build and test; what changed is signed again.
        await using var signer = await console.OpenAsync("shenning");
        await signer.GoAsync($"/tasks/{await console.Campaigns.TaskAsync(campaign.Id, "compliance-sign")}");
        Assert.Contains(await signer.Page.Locator(".diff del").AllInnerTextsAsync(), removed => removed.Contains("300", StringComparison.Ordinal));
        Assert.Contains(await signer.Page.Locator(".diff ins").AllInnerTextsAsync(), added => added.Contains("200", StringComparison.Ordinal));
        Assert.Contains("is-changed", await signer.Page.GetAttributeAsync(".parts-strip a", "class"), StringComparison.Ordinal);
        await signer.CheckAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reviewer_claims_and_signs_with_and_without_script(bool script)
    {
        var campaign = await console.Campaigns.AwaitingSignOffAsync($"会签流程 {script}", script ? 28 : 35);
        await using var session = await console.OpenAsync("xulan", script: script);
        await session.Page.GotoAsync($"/tasks/{await console.Campaigns.TaskAsync(campaign.Id, "consumer-protection-sign")}");
        await session.Page.ClickAsync(".page-actions button");
        await session.Page.WaitForSelectorAsync(".toast-note");

        // A refusing outcome without a reason is refused and nothing is lost.
        await session.Page.CheckAsync("input[name=outcome][value=return]");
        await session.Page.ClickAsync(".sign-side button[type=submit].btn-primary");
        await session.Page.WaitForSelectorAsync("[role=alert]");
        Assert.True(await session.Page.IsCheckedAsync("input[name=outcome][value=return]"));

        foreach (var box in await session.Page.Locator(".sign-side input[type=checkbox]").AllAsync())
            await box.CheckAsync();
        foreach (var area in await session.Page.Locator(".sign-side textarea[name^='data.']").AllAsync())
            await area.FillAsync("已核对投诉预案");
        await session.Page.CheckAsync("input[name=outcome][value=approve]");
        await session.Page.ClickAsync(".sign-side button[type=submit].btn-primary");
        await session.Page.WaitForURLAsync("**/inbox");

        await session.Page.GotoAsync("/inbox?box=done");
        Assert.Contains($"会签流程 {script}", await session.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_impossible_date_is_refused_with_the_field_named()
    {
        var campaign = await console.Campaigns.CreateAsync("六月三十一日", 42);
        await using var session = await console.OpenAsync("linxia");
        await session.GoAsync($"/campaigns/{campaign.Id}/edit");

        // As somebody types it where the browser has no date field of its own.
        await session.Page.EvaluateAsync("() => { const d = document.querySelector(\"[name='window.start']\"); d.type = 'text'; d.value = '2026-06-31'; }");
        await session.Page.ClickAsync(".form-foot button[type=submit]");

        var alert = await session.Page.WaitForSelectorAsync("[role=alert]");
        Assert.Contains("2026-06-31", await alert!.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("true", await session.Page.GetAttributeAsync("[name='window.start']", "aria-invalid"));
        await session.CheckAsync();
    }

    [Fact]
    public async Task The_same_form_sent_twice_is_carried_out_once()
    {
        var campaign = await console.Campaigns.AwaitingSignOffAsync("点了两次", 49);
        await using var session = await console.OpenAsync("gaomin");
        var task = await console.Campaigns.TaskAsync(campaign.Id, "finance-sign");
        await session.GoAsync($"/tasks/{task}");

        var statuses = await session.Page.EvaluateAsync<int[]>("""
            async () => {
              const form = document.querySelector('.page-actions form');
              const send = () => fetch(location.href, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
              return [(await send()).status, (await send()).status];
            }
            """);

        Assert.Equal([200, 200], statuses);
        var events = (await console.Services.GetService<Orchestrator.Host.Compliance.AuditQueries>()!.ChainAsync($"campaign:{campaign.Id:N}", TestContext.Current.CancellationToken)).Count(row => row.Type == "task-claimed");
        Assert.Equal(1, events);
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_and_the_navigation()
    {
        await using var session = await console.OpenAsync("linxia");
        await session.GoAsync("/campaigns");

        await session.Page.Keyboard.PressAsync("Tab");
        Assert.Contains("#content", await session.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('href')"), StringComparison.Ordinal);
        await session.Page.Keyboard.PressAsync("Enter");

        Assert.Equal("content", await session.Page.EvaluateAsync<string>("() => document.activeElement.id"));
    }
}
