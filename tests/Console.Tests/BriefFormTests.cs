using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Console.Tests;

/// <summary>Everything that a phase may have can be written in the brief's form, and comes back from it unchanged.</summary>
public sealed class BriefFormTests(ConsoleFixture console)
{
    private static readonly MessageText Short = new() { Channel = "sms", Language = "zh-CN", Body = "{{sig}}会员日{{start}}开始:{{offer}}{{link}}。{{rate}}{{out}}" };

    [Fact]
    public async Task Limits_of_single_channels_are_written_saved_and_shown_and_a_wrong_one_is_refused_at_its_field()
    {
        var campaign = await console.Campaigns.CreateAsync("分渠道频次", 95);
        await using var session = await console.OpenAsync("linxia");
        var page = session.Page;
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        var before = campaign.Brief();
        await page.Locator("#s-limits .more-fields > summary").ClickAsync();
        await page.FillAsync("[name='limits.channels[2].perCustomerPerDay']", "1");
        await page.FillAsync("[name='limits.channels[4].perCustomerPer30Days']", "300");
        await BriefForm.PressAsync(page, ".form-foot button[type=submit]");
        await page.WaitForSelectorAsync("[name='limits.channels[4].perCustomerPer30Days'][aria-invalid=true]");
        await session.CheckAsync();

        await page.FillAsync("[name='limits.channels[4].perCustomerPer30Days']", "4");
        await BriefForm.SaveAsync(page, campaign.Id);

        var after = (await BriefAsync(campaign.Id)).Limits;
        Assert.Equal([new ChannelLimit("sms", 1), new ChannelLimit("oa", PerCustomerPer30Days: 4)], after.Channels);
        Assert.Equal((before.Limits.PerCustomerPerDay, before.Limits.PerCustomerPer30Days), (after.PerCustomerPerDay, after.PerCustomerPer30Days));
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        Assert.Equal(("1", "4", ""), (await page.InputValueAsync("[name='limits.channels[2].perCustomerPerDay']"), await page.InputValueAsync("[name='limits.channels[4].perCustomerPer30Days']"), await page.InputValueAsync("[name='limits.channels[0].perCustomerPerDay']")));
        await page.GotoAsync($"/campaigns/{campaign.Id}?tab=brief");
        Assert.Contains("每天 1 条，30 天 – 条", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_phase_names_its_account_for_work_by_hand_and_keeps_it_when_the_form_is_saved_again()
    {
        var accounts = console.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse("""{"place":"branch","role":"owner","instructions":"张贴海报","proof":"照片"}""");
        foreach (var name in new[] { "网点海报", "社群发帖" })
            _ = (await accounts.CreateAsync(new AccountCommand(name, "manual", settings.RootElement) { IsDefault = false }, Host.Identity.Actor.System, TestContext.Current.CancellationToken)).Value;
        var campaign = await console.Campaigns.CreateAsync("人工渠道账号", 95);
        await using var session = await console.OpenAsync("linxia");
        var page = session.Page;
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        await page.SelectOptionAsync("[name='phases[0].manualAccount']", "社群发帖");
        await session.CheckAsync();
        await BriefForm.SaveAsync(page, campaign.Id);
        Assert.Equal("社群发帖", (await BriefAsync(campaign.Id)).Phases[0].ManualAccount);

        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        await BriefForm.SaveAsync(page, campaign.Id);
        var phases = (await BriefAsync(campaign.Id)).Phases;
        Assert.Equal("社群发帖", phases[0].ManualAccount);
        Assert.All(phases.Skip(1), phase => Assert.Null(phase.ManualAccount));
        await page.GotoAsync($"/campaigns/{campaign.Id}?tab=brief");
        Assert.Contains("人工渠道账号：社群发帖", await page.InnerTextAsync("#part-channels"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registered_template_is_written_saved_and_shown_to_reviewers_and_one_without_a_code_is_refused_at_its_field()
    {
        var campaign = await console.Campaigns.CreateAsync("报备模板", 95);
        await using var session = await console.OpenAsync("linxia");
        var page = session.Page;
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        var slot = Host.WebConsole.Views.BriefChoices.TextSlots.ToList().IndexOf(("sms", "zh-CN"));
        var at = $"phases[0].texts[{slot}].template";
        await BriefForm.AddAsync(page, $"{at}.parameters");
        await BriefForm.AddAsync(page, $"{at}.parameters");
        await BriefForm.AddAsync(page, $"{at}.parameters");
        await page.FillAsync($"[name='{at}.parameters[0].name']", "tail");
        await page.FillAsync($"[name='{at}.parameters[0].value']", "{{tail}}");
        await page.FillAsync($"[name='{at}.parameters[2].name']", "date");
        await page.FillAsync($"[name='{at}.parameters[2].value']", "{{start}}");
        await BriefForm.PressAsync(page, ".form-foot button[type=submit]");
        await page.WaitForSelectorAsync($"[name='{at}.code'][aria-invalid=true]");
        await session.CheckAsync();

        await page.FillAsync($"[name='{at}.code']", "SMS_123");
        await BriefForm.SaveAsync(page, campaign.Id);

        var template = (await BriefAsync(campaign.Id)).Phases[0].Texts.Single(text => text is { Channel: "sms", Language: "zh-CN" }).Template!;
        Assert.Equal("SMS_123", template.Code);
        Assert.Equal([new("tail", "{{tail}}"), new("date", "{{start}}")], template.Parameters);
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        Assert.Equal(("SMS_123", "date"), (await page.InputValueAsync($"[name='{at}.code']"), await page.InputValueAsync($"[name='{at}.parameters[1].name']")));
        await page.GotoAsync($"/campaigns/{campaign.Id}?tab=brief");
        Assert.Contains("报备模板 SMS_123 · tail = {{tail}} · date = {{start}}", await page.InnerTextAsync("#part-texts"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh-CN", 1280, true)]
    [InlineData("en", 390, true)]
    [InlineData("zh-CN", 1280, false)]
    public async Task Steps_with_their_own_channels_texts_and_links_are_written_saved_and_shown_again(string language, int width, bool script)
    {
        var campaign = await console.Campaigns.CreateAsync($"瀑布式触达 {language} {script}", 105);
        await using var session = await console.OpenAsync("linxia", language, width, script);
        var page = session.Page;
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        var before = campaign.Brief().Phases[0];
        await page.Locator("#phase-0 .more-fields:has([name='phases[0].link.target']) > summary").First.ClickAsync();
        await page.FillAsync("[name='phases[0].link.target']", "https://localhost/member-day");

        await BriefForm.AddAsync(page, "phases[0].steps");
        await BriefForm.AddAsync(page, "phases[0].steps");
        await BriefForm.AddAsync(page, "phases[0].steps");
        await page.SelectOptionAsync("[name='phases[0].steps[0].when']", "not-delivered");
        await page.FillAsync("[name='phases[0].steps[0].afterHours']", "4");
        await page.CheckAsync("[name='phases[0].steps[0].early']");
        await page.Locator("[name='phases[0].steps[0].channels']").Nth(0).SelectOptionAsync("sms");
        await page.SelectOptionAsync("[name='phases[0].steps[1].when']", "converted");
        await page.SelectOptionAsync("[name='phases[0].steps[2].when']", "not-clicked");
        await page.FillAsync("[name='phases[0].steps[2].afterHours']", "48.5");
        await page.FillAsync("[name='phases[0].steps[2].latestMinutes']", "90");
        await BriefForm.OpenAsync(page, "#step-0-2");
        await page.FillAsync("[name='phases[0].steps[2].texts[4].body']", Short.Body);
        await page.FillAsync("[name='phases[0].steps[2].link.target']", "https://localhost/last-call");
        await page.FillAsync("[name='phases[0].steps[2].link.expiresDays']", "7");
        await BriefForm.PressAsync(page, "button[name=_drop][value='phases[0].steps[1]']");
        Assert.Equal(2, await page.Locator("#steps-0 [data-step]").CountAsync());
        if (script)
            await session.CheckAsync();
        await session.PictureAsync($"brief-steps-{language}-{width}", full: true);
        await BriefForm.SaveAsync(page, campaign.Id);

        var after = (await BriefAsync(campaign.Id)).Phases[0];
        Assert.Equal(
            [
                new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered, Early = true, Channels = ["sms"] },
                new PhaseStep { AfterHours = 48.5m, When = StepWhen.NotClicked, LatestMinutes = 90, Texts = [Short], Link = new TrackedLink("https://localhost/last-call") { ExpiresDays = 7 } },
            ],
            after.Steps,
            (expected, actual) => Json(expected) == Json(actual));
        Same(before with { Link = new TrackedLink("https://localhost/member-day"), Steps = after.Steps }, after);
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        Assert.Equal(2, await page.Locator("#steps-0 [data-step]").CountAsync());
        Assert.Equal(("not-clicked", "48.5"), (await page.InputValueAsync("[name='phases[0].steps[1].when']"), await page.InputValueAsync("[name='phases[0].steps[1].afterHours']")));
        Assert.Equal("sms", await page.Locator("[name='phases[0].steps[0].channels']").Nth(0).InputValueAsync());
        Assert.True(await page.IsCheckedAsync("[name='phases[0].steps[0].early']"));
        Assert.False(await page.IsCheckedAsync("[name='phases[0].steps[1].early']"));
        Assert.Equal(Short.Body, await page.InputValueAsync("[name='phases[0].steps[1].texts[4].body']"));
        await page.GotoAsync($"/campaigns/{campaign.Id}?tab=brief");
        var schedule = await page.InnerTextAsync("#part-schedule");
        Assert.Contains("48.5", schedule, StringComparison.Ordinal);
        Assert.Contains(language == "en" ? "as soon as that is certain, else after 4 h" : "确认后即发，否则 4 小时后", schedule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timing_drip_first_batch_and_recurrence_are_written_and_the_next_five_times_follow_what_is_typed()
    {
        var campaign = await console.Campaigns.CreateAsync("周期与灰度", 112);
        var first = campaign.Brief().Window.Start;
        await using var session = await console.OpenAsync("linxia");
        var page = session.Page;
        await session.GoAsync($"/campaigns/{campaign.Id}/edit");
        await BriefForm.OpenAsync(page, ".more-list");
        await page.SelectOptionAsync("[name='phases[0].timing']", "best-time");
        await page.CheckAsync("[name='phases[0].preferCustomerChannel']");
        await page.FillAsync("[name='phases[0].lateMinutes']", "45");
        await page.FillAsync("[name='phases[1].perDay']", "500");
        // Recurring audiences are held out by percent.
        await page.FillAsync("[name='audience.holdoutCount']", "");
        await page.FillAsync("[name='phases[2].recurrence.rule']", "FREQ=WEEKLY;BYDAY=MO");
        await page.FillAsync("[name='phases[2].recurrence.ceiling']", "3000");
        await page.FillAsync("[name='phases[2].date']", $"{first:yyyy-MM-dd}");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#occurrences-2 time').length === 1");
        await page.FillAsync("[name='phases[2].recurrence.rule']", "FREQ=DAILY");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#occurrences-2 time').length === 5");
        Assert.Equal(
            Enumerable.Range(0, 5).Select(day => $"{first.AddDays(day):yyyy-MM-dd}T15:00:00+08:00"),
            await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('#occurrences-2 time')].map(time => time.dateTime)"));
        await page.FillAsync("[name='phases[2].recurrence.until']", $"{first.AddDays(2):yyyy-MM-dd}");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#occurrences-2 time').length === 3");
        await session.CheckAsync();
        await session.PictureAsync("brief-recurrence-zh-CN", full: true);
        await BriefForm.SaveAsync(page, campaign.Id);

        var brief = await BriefAsync(campaign.Id);
        Assert.Equal((SendTimings.BestTime, true, 45), (brief.Phases[0].Timing, brief.Phases[0].PreferCustomerChannel, brief.Phases[0].LateMinutes));
        Assert.Equal(500, brief.Phases[1].PerDay);
        Assert.Equal(new Recurrence { Rule = "FREQ=DAILY", Ceiling = 3_000, Until = first.AddDays(2) }, brief.Phases[2].Recurrence);

        // A cron expression instead, and a first batch instead of the daily pace.
        await session.GoAsync($"/campaigns/{campaign.Id}/edit");
        Assert.Equal(3, await page.Locator("#occurrences-2 time").CountAsync());
        await BriefForm.OpenAsync(page, ".more-list");
        await page.FillAsync("[name='phases[2].recurrence.rule']", "");
        await page.FillAsync("[name='phases[2].recurrence.cron']", "0 30 9 ? * MON-FRI");
        await page.FillAsync("[name='phases[1].perDay']", "");
        await page.FillAsync("[name='phases[1].rollout.firstPercent']", "5");
        await page.FillAsync("[name='phases[1].rollout.observeMinutes']", "90");
        await page.FillAsync("[name='phases[1].rollout.condition']", "complaints = 0");
        await BriefForm.SaveAsync(page, campaign.Id);

        brief = await BriefAsync(campaign.Id);
        Assert.Equal(new Rollout { FirstPercent = 5, ObserveMinutes = 90, Condition = "complaints = 0" }, brief.Phases[1].Rollout);
        Assert.Null(brief.Phases[1].PerDay);
        Assert.Equal("0 30 9 ? * MON-FRI", brief.Phases[2].Recurrence!.Cron);
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=brief");
        await session.CheckAsync();
    }

    [Fact]
    public async Task An_experiment_is_set_up_with_the_texts_offers_channels_and_times_of_its_variants()
    {
        var campaign = await console.Campaigns.CreateAsync("实验表单", 119);
        await using var session = await console.OpenAsync("linxia");
        var page = session.Page;
        await session.GoAsync($"/campaigns/{campaign.Id}/edit");
        await BriefForm.AddAsync(page, "phases[1].experiment.variants");
        Assert.Equal(2, await page.Locator("#experiment-1 [data-variant]").CountAsync());
        await BriefForm.AddAsync(page, "phases[1].experiment.variants");
        await BriefForm.OpenAsync(page, "#experiment-1");
        await page.FillAsync("[name='phases[1].experiment.key']", "offer");
        await page.SelectOptionAsync("[name='phases[1].experiment.metric']", "click");
        await page.FillAsync("[name='phases[1].experiment.testPercent']", "20");
        await page.FillAsync("[name='phases[1].experiment.variants[0].offer']", "利息礼遇");
        await page.FillAsync("[name='phases[1].experiment.variants[1].share']", "2.5");
        await page.FillAsync("[name='phases[1].experiment.variants[1].texts[4].body']", Short.Body);
        await page.FillAsync("[name='phases[1].experiment.variants[2].key']", "evening");
        await page.FillAsync("[name='phases[1].experiment.variants[2].time']", "19:30");
        await page.Locator("[name='phases[1].experiment.variants[2].channels']").Nth(0).SelectOptionAsync("sms");
        await page.Locator("[name='phases[1].experiment.variants[2].channels']").Nth(1).SelectOptionAsync("push");
        await page.SelectOptionAsync("[name='phases[1].experiment.winner.isAutomatic']", "true");
        await page.FillAsync("[name='phases[1].experiment.winner.minimumPerVariant']", "300");
        await session.CheckAsync();
        await session.PictureAsync("brief-experiment-zh-CN", full: true);
        await BriefForm.SaveAsync(page, campaign.Id);

        Same(
            new Experiment
            {
                Key = "offer", Metric = "click", TestPercent = 20, Winner = new WinnerRule { IsAutomatic = true, MinimumPerVariant = 300 },
                Variants = [new Variant { Key = "A", Offer = "利息礼遇" }, new Variant { Key = "B", Share = 2.5m, Texts = [Short] }, new Variant { Key = "evening", Time = new TimeOnly(19, 30), Channels = ["sms", "push"] }],
            },
            (await BriefAsync(campaign.Id)).Phases[1].Experiment!);
        await page.GotoAsync($"/campaigns/{campaign.Id}?tab=brief");
        Assert.Contains("evening", await page.InnerTextAsync("#part-schedule"), StringComparison.Ordinal);
        Assert.Contains(Short.Body, await page.InnerTextAsync("#part-texts"), StringComparison.Ordinal);

        // Without its last variants it is gone.
        await session.GoAsync($"/campaigns/{campaign.Id}/edit");
        for (var left = 2; left >= 0; left--)
        {
            await BriefForm.PressAsync(page, "button[name=_drop][value='phases[1].experiment.variants[0]']");
            Assert.Equal(left, await page.Locator("#experiment-1 [data-variant]").CountAsync());
        }
        await BriefForm.SaveAsync(page, campaign.Id);
        Assert.Null((await BriefAsync(campaign.Id)).Phases[1].Experiment);
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_the_field_in_which_it_was_typed()
    {
        var campaign = await console.Campaigns.CreateAsync("填错的方案", 126);
        await using var session = await console.OpenAsync("linxia", "en");
        var page = session.Page;
        await session.GoAsync($"/campaigns/{campaign.Id}/edit");
        await BriefForm.AddAsync(page, "phases[0].steps");
        await BriefForm.AddAsync(page, "phases[0].steps");
        await BriefForm.OpenAsync(page, ".more-list");
        await page.SelectOptionAsync("[name='phases[0].steps[0].when']", "clicked");
        await page.FillAsync("[name='phases[0].steps[1].afterHours']", "1000");
        await page.EvaluateAsync("() => { const hours = document.querySelector(\"[name='phases[0].steps[1].latestMinutes']\"); hours.value = '0'; }");
        await page.FillAsync("[name='phases[0].link.expiresDays']", "30");
        await page.FillAsync("[name='phases[1].link.target']", "http://plain.example");
        await page.FillAsync("[name='phases[2].recurrence.rule']", "FREQ=HOURLY");
        await page.FillAsync("[name='phases[2].recurrence.ceiling']", "10");
        await page.ClickAsync(".form-foot button[type=submit]");

        var alert = (await page.WaitForSelectorAsync("[role=alert]"))!;
        Assert.Contains("Phase 1 · Step 2 · Sent after", await alert.InnerTextAsync(), StringComparison.Ordinal);
        foreach (var field in new[] { "phases[0].steps[0].when", "phases[0].steps[1].afterHours", "phases[0].steps[1].latestMinutes", "phases[1].link.target", "phases[2].recurrence.rule" })
        {
            Assert.Equal("true", await page.GetAttributeAsync($"[name='{field}']", "aria-invalid"));
            Assert.True(await page.Locator($"[name='{field}']").IsVisibleAsync(), $"{field} is hidden");
        }
        await session.CheckAsync();

        // Texts left empty before it do not move the message to another field: e-mail is the seventh of the form.
        await session.GoAsync($"/campaigns/{campaign.Id}/edit");
        await BriefForm.OpenAsync(page, "#phase-0");
        await page.FillAsync("[name='phases[0].texts[0].body']", "");
        await page.EvaluateAsync("() => { document.querySelector(\"[name='phases[0].texts[6].channel']\").value = 'pigeon'; }");
        await page.ClickAsync(".form-foot button[type=submit]");
        await page.WaitForSelectorAsync("[role=alert] a[href='#f-phases-0--texts-6--channel']");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Texts_of_the_library_are_taken_into_a_phase_of_a_brief_that_is_edited(bool script)
    {
        var campaign = await console.Campaigns.CreateAsync($"取用模板 {script}", 147);
        var before = campaign.Brief();
        await using var session = await console.OpenAsync("linxia", script: script);
        var page = session.Page;
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        await page.FillAsync("[name=summary]", "取用模板之前写的");
        var key = (await page.Locator("#library-1 option").AllAsync())[^1];

        await page.SelectOptionAsync("#library-1", (await key.GetAttributeAsync("value"))!);
        await BriefForm.PressAsync(page, "#phase-1 button[value=texts-1]");

        Assert.Equal("取用模板之前写的", await page.InputValueAsync("[name=summary]"));
        var bodies = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll(\"#phase-1 [name^='phases[1].texts['][name$='.body']\")].map(area => area.value).filter(text => text)");
        await BriefForm.SaveAsync(page, campaign.Id);
        var after = await BriefAsync(campaign.Id);
        Assert.Equal(bodies.Order(StringComparer.Ordinal), after.Phases[1].Texts.Select(text => text.Body).Order(StringComparer.Ordinal));
        Assert.NotEqual(Json(before.Phases[1].Texts), Json(after.Phases[1].Texts));
        Same(before.Phases[0], after.Phases[0]);
        Same(before.Phases[2], after.Phases[2]);
        Assert.Equal("取用模板之前写的", after.Summary);
    }

    [Fact]
    public async Task A_brief_with_everything_in_it_is_saved_unchanged()
    {
        var campaign = await console.Campaigns.CreateAsync("什么都有的方案", 133);
        var brief = campaign.Brief();
        var full = brief with
        {
            Audience = brief.Audience with { SegmentId = "dormant-returning", Parameters = new Dictionary<string, decimal> { ["days"] = 61 }, HoldoutCount = null },
            Roles = brief.Roles with { Consulted = ["shenning"], Informed = ["gaomin"] },
            TimeZone = "Asia/Urumqi",
            Phases =
            [
                brief.Phases[0] with { Link = new TrackedLink("https://localhost/a") { ExpiresDays = 9 }, LateMinutes = 12, PreferCustomerChannel = true, Steps = [new PhaseStep { AfterHours = 2, When = StepWhen.Clicked, Texts = [Short] }] },
                brief.Phases[1] with { Experiment = new Experiment { Key = "x", Variants = [new Variant { Key = "A" }, new Variant { Key = "B", Offer = "减 60 元" }] }, Channels = ["push", "wecom", "sms", "email", "oa"] },
                brief.Phases[2] with { Recurrence = new Recurrence { Cron = "0 0 15 ? * TUE", Ceiling = 5 } },
            ],
        };
        var desk = console.Services.GetRequiredService<CampaignDesk>();
        Assert.Null((await desk.EditAsync(campaign.Id, campaign.Version, full, await console.Campaigns.ActorAsync("linxia"), TestContext.Current.CancellationToken)).Refusal);
        await using var session = await console.OpenAsync("linxia");
        await session.GoAsync($"/campaigns/{campaign.Id}/edit");

        await BriefForm.SaveAsync(session.Page, campaign.Id);

        Same(full, await BriefAsync(campaign.Id));
    }

    private async Task<Brief> BriefAsync(Guid campaign) =>
        (await console.Services.GetRequiredService<CampaignQueries>().FindAsync(campaign, TestContext.Current.CancellationToken))!.Brief();

    private static void Same<T>(T expected, T actual) => Assert.Equal(Json(expected), Json(actual));

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, JsonDefaults.Options);
}
