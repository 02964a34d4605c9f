using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Campaigns;

public sealed class SignOffTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_campaign_gets_from_idea_to_launch_check_by_the_real_roles(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);

        Assert.Equal(["write-brief"], await story.OpenTasksAsync());
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        var page = await story.PageAsync();
        Assert.Equal(("MEDIUM", "sign-off", "running"), (page.GetProperty("level").GetString(), page.GetProperty("stage").GetString(), page.GetProperty("status").GetString()));
        Assert.Equal(["compliance-sign", "consumer-protection-sign", "finance-sign", "risk-sign"], await story.OpenTasksAsync());
        await story.SignAllAsync();
        await story.CompleteAsync("configure", "done");
        await story.CompleteAsync("test-send", "pass");
        await story.TaskAsync("launch-check");

        Assert.Equal(["compliance-sign", "consumer-protection-sign", "finance-sign", "review-brief", "risk-sign"], await story.StandingAsync());
        Assert.Equal("launch", (await story.PageAsync()).GetProperty("stage").GetString());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_changed_page_image_voids_compliance_and_consumer_protection_only(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        await story.ReachLaunchCheckAsync();
        var image = await story.UploadAsync("lin", "poster.png", "image/png", [0x89, 0x50, 0x4E, 0x47, 1]);

        using var edit = await story.EditAsync(brief => brief with { Pages = [image] });

        var reply = await edit.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(["pages"], reply.GetProperty("changedParts").EnumerateArray().Select(part => part.GetString()));
        Assert.Equal(["compliance-sign", "consumer-protection-sign"], reply.GetProperty("voided").EnumerateObject().Select(entry => entry.Name));
        Assert.Equal(["finance-sign", "review-brief", "risk-sign"], await story.StandingAsync());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_edit_before_launch_is_signed_again_by_those_it_concerns_and_then_launches(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        await story.ReachLaunchCheckAsync();
        var check = await story.TaskAsync("launch-check");

        using var edit = await story.EditAsync(brief => brief with { Phases = [.. brief.Phases.Select(phase => phase with { Texts = [.. phase.Texts.Select(text => text with { Body = text.Body + "。" })] })] });
        Assert.Equal(HttpStatusCode.OK, edit.StatusCode);
        using var refused = await story.PostAsync("luo", $"/api/v1/tasks/{check}/completion", new { outcome = "launch" });

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(["compliance-sign", "consumer-protection-sign"], await story.OpenTasksAsync());
        var signing = await story.TaskAsync("compliance-sign");
        var changes = await story.GetAsync("xu", $"/api/v1/tasks/{signing}/changes");
        var texts = changes.GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("part").GetString() == "texts");
        Assert.Contains(texts.GetProperty("changes")[0].GetProperty("spans").EnumerateArray(), span => span.GetProperty("kind").GetString() == "added" && span.GetProperty("text").GetString() == "。");
        await story.CompleteAsync("compliance-sign", "approve");
        await story.CompleteAsync("consumer-protection-sign", "approve");
        await story.CompleteAsync("launch-check", "launch");
        var page = await story.PageAsync();
        Assert.Equal(page.GetProperty("packageHash").GetString(), page.GetProperty("approvedHash").GetString());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_edit_while_sign_off_goes_on_is_caught_by_the_comparison_after_build_and_test(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        await story.SignAllAsync();
        using var edit = await story.EditAsync(brief => brief with { Rules = brief.Rules! with { Chinese = brief.Rules!.Chinese + "补充说明。" } });
        Assert.Equal(HttpStatusCode.OK, edit.StatusCode);

        await story.CompleteAsync("configure", "done");
        await story.CompleteAsync("test-send", "pass");
        await story.TaskAsync("compliance-sign");

        Assert.Equal(["compliance-sign", "consumer-protection-sign"], await story.OpenTasksAsync());
    }

    [Fact]
    public async Task A_send_back_leaves_the_approvals_whose_content_stays()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        await story.CompleteAsync("risk-sign", "approve");
        using var withoutReason = await story.TryCompleteAsync("compliance-sign", "return");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, withoutReason.StatusCode);

        await story.CompleteAsync("compliance-sign", "return", reason: "短信文案未写明每人限领次数");

        var task = (await story.PageAsync()).GetProperty("tasks").EnumerateArray().Single(row => row.GetProperty("state").GetString() == "open");
        Assert.Equal(("write-brief", "短信文案未写明每人限领次数"), (task.GetProperty("elementId").GetString(), task.GetProperty("returnedBecause").GetString()));
        await story.CompleteAsync("write-brief", "submit");
        Assert.Equal(["compliance-sign", "consumer-protection-sign", "finance-sign"], await story.OpenTasksAsync());
    }

    [Fact]
    public async Task A_rejection_ends_the_campaign()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");

        await story.CompleteAsync("risk-sign", "reject", reason: "套利空间过大");

        var page = await story.PageAsync();
        Assert.Equal(("rejected", "套利空间过大"), (page.GetProperty("status").GetString(), page.GetProperty("statusReason").GetString()));
        Assert.Empty(await story.OpenTasksAsync());
        using var edit = await story.EditAsync(brief => brief with { Name = "再来" });
        Assert.Equal(HttpStatusCode.Conflict, edit.StatusCode);
    }

    [Fact]
    public async Task Nobody_signs_twice_and_the_owner_never_not_even_by_transfer_or_as_administrator()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.GrantAsync("lin", "owner", "risk", "admin");
        await story.GrantAsync("zhou", "risk", "compliance");
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");

        using var byOwner = await story.TryCompleteAsync("risk-sign", "approve", by: "lin");
        await story.CompleteAsync("risk-sign", "approve", by: "zhou");
        using var second = await story.TryCompleteAsync("compliance-sign", "approve", by: "zhou");
        using var transfer = await story.PostAsync("lin", $"/api/v1/tasks/{await story.TaskAsync("compliance-sign")}/transfer", new { to = "zhou", reason = "请代签" });
        using var claim = await story.PostAsync("zhou", $"/api/v1/tasks/{await story.TaskAsync("compliance-sign")}/claim");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (byOwner.StatusCode, second.StatusCode, transfer.StatusCode, claim.StatusCode));
        Assert.Contains("separation-of-duties", await second.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owner_configurer_tester_and_launcher_are_four_people()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        await story.SignAllAsync();
        await story.CompleteAsync("configure", "done", by: "pan");

        using var sameTester = await story.TryCompleteAsync("test-send", "pass", by: "pan");
        await story.CompleteAsync("test-send", "pass", by: "tang");
        using var sameLauncher = await story.TryCompleteAsync("launch-check", "launch", by: "tang");
        using var configurer = await story.TryCompleteAsync("launch-check", "launch", by: "pan");

        Assert.All([sameTester, sameLauncher, configurer], reply => Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode));
    }

    [Fact]
    public async Task Nobody_signs_what_changed_while_they_were_reading_it()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        var seen = (await story.PageAsync()).GetProperty("packageHash").GetString();
        using var edit = await story.EditAsync(brief => brief with { Rules = brief.Rules! with { Chinese = brief.Rules!.Chinese + "补充。" } });

        using var compliance = await story.SignAsync("compliance-sign", seen);
        using var risk = await story.SignAsync("risk-sign", seen);
        using var again = await story.SignAsync("compliance-sign", (await story.PageAsync()).GetProperty("packageHash").GetString());
        using var unknown = await story.SignAsync("consumer-protection-sign", "no-such-hash");

        Assert.Equal([HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity], new[] { compliance, risk, again, unknown }.Select(reply => reply.StatusCode));
        Assert.Equal(["rules"], (await compliance.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("current").GetProperty("changed").EnumerateArray().Select(part => part.GetString()));
    }
}
