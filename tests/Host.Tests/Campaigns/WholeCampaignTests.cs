using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Campaigns;

/// <summary>From idea to look-back over HTTP by the real roles, on both databases, with sixty customers and the SMS account in sandbox.</summary>
public sealed class WholeCampaignTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_campaign_gets_from_idea_to_closed_and_its_lessons_meet_the_next(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var story = await Story.BeginAsync(dialect, OnlySms);
        var brief = OnlySms(Story.Brief(story.Host));
        var bed = new ReachoutBed(story.Host.Services);
        await bed.AddGatewayAsync(simulator, live: false);
        await bed.AddCustomersAsync(60, Match);
        await story.ReachLaunchCheckAsync();
        await story.CompleteAsync("launch-check", "launch");

        await story.UntilStageAsync("monitoring", brief.InstantOf(brief.Phases[0].Date, brief.Phases[0].Time));
        var sent = await story.UntilSentAsync();
        Assert.Equal(54, sent.Sum(row => row.GetProperty("count").GetInt64()));   // 60 matched, a tenth kept aside
        Assert.All(sent, row => Assert.Contains(row.GetProperty("state").GetString(), (List<string>)["accepted", "delivered"]));
        await story.CompleteAsync("daily-check", "done", at: brief.InstantOf(brief.Phases[0].Date.AddDays(1), new TimeOnly(9, 31)));
        Assert.NotNull((await story.PageAsync()).GetProperty("launchedAt").GetString());
        await story.UntilStageAsync("retrospective", brief.InstantOf(brief.Window.End, new TimeOnly(18, 1)));
        await story.CompleteAsync("write-retrospective", "submit", at: brief.InstantOf(brief.Window.End.AddDays(7), new TimeOnly(18, 0)), data: Retrospective("领券入口放在首页更有效"));
        using var byOwner = await story.TryCompleteAsync("confirm-retrospective", "close", by: "lin");
        await story.CompleteAsync("confirm-retrospective", "close");
        await story.UntilStatusAsync("closed");

        Assert.Equal(HttpStatusCode.Forbidden, byOwner.StatusCode);
        var similar = await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/lessons");
        Assert.Contains(similar.EnumerateArray(), lesson => lesson.GetProperty("text").GetString() == "领券入口放在首页更有效" && lesson.GetProperty("tags").EnumerateArray().Any(tag => tag.GetString() == "入口"));
        Assert.NotEmpty((await story.GetAsync("lin", "/api/v1/lessons?tag=" + Uri.EscapeDataString("入口"))).EnumerateArray());
        await story.CompleteAsync("look-back", "recorded", at: brief.InstantOf(brief.Window.Start.AddDays(31), new TimeOnly(9, 0)));
        var retrospective = await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/retrospective");
        Assert.Equal("confirmed", retrospective.GetProperty("state").GetString());
        var figures = retrospective.GetProperty("content").GetProperty("figures");
        Assert.Equal((54, 6), (figures.GetProperty("treated").GetProperty("size").GetInt32(), figures.GetProperty("holdout").GetProperty("size").GetInt32()));
        Assert.Equal(JsonValueKind.Object, retrospective.GetProperty("lookBack").ValueKind);
        Assert.True((await story.GetAsync("qian", $"/api/v1/campaigns/{story.Id}/audit/verification")).GetProperty("isIntact").GetBoolean());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_edit_while_running_pauses_until_it_is_signed_and_launched_again(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect, customise: AddStandIns);
        var brief = Story.Brief(story.Host);
        await story.ReachLaunchCheckAsync();
        await story.CompleteAsync("launch-check", "launch");
        await story.UntilStageAsync("monitoring", brief.InstantOf(brief.Phases[0].Date, brief.Phases[0].Time));

        using var edit = await story.EditAsync(old => old with { Limits = old.Limits with { PerCustomerPerDay = 2 } });
        var paused = await edit.Content.ReadFromJsonAsync<JsonElement>(Token);
        using var resume = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/resume");

        Assert.True(paused.GetProperty("paused").GetBoolean());
        Assert.Equal(["risk-sign"], paused.GetProperty("voided").EnumerateObject().Select(entry => entry.Name).Where(name => name != "launch-check"));
        Assert.Equal(HttpStatusCode.Conflict, resume.StatusCode);
        Assert.Equal(JsonValueKind.Null, (await story.PageAsync()).GetProperty("approvedHash").ValueKind);
        await story.CompleteAsync("risk-sign", "approve");
        await story.CompleteAsync("launch-check", "launch");
        await story.UntilStageAsync("monitoring", null);
        await story.UntilStatusAsync("running");
    }

    [Fact]
    public async Task An_owner_pauses_and_resumes_and_strangers_do_not()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite, customise: AddStandIns);
        await story.CompleteAsync("write-brief", "submit");

        using var withoutReason = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/pause", new { reason = " " });
        using var paused = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/pause", new { reason = "等待券系统" });
        using var again = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/pause", new { reason = "等待券系统" });
        using var resumed = await story.PostAsync("chen", $"/api/v1/campaigns/{story.Id}/resume");
        using var stranger = await story.PostAsync("zhou", $"/api/v1/campaigns/{story.Id}/pause", new { reason = "x" });

        Assert.Equal(
            [HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.Forbidden],
            new[] { withoutReason, paused, again, resumed, stranger }.Select(reply => reply.StatusCode));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Complaints_trip_a_guardrail_that_only_risk_and_compliance_together_let_go_on(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect, OnlySms);
        var brief = OnlySms(Story.Brief(story.Host));
        await new ReachoutBed(story.Host.Services).AddCustomersAsync(5, Match);
        await story.ReachLaunchCheckAsync();
        await story.CompleteAsync("launch-check", "launch");
        await story.UntilStageAsync("monitoring", brief.InstantOf(brief.Phases[0].Date, brief.Phases[0].Time));

        for (var i = 1; i <= 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await story.PostAsync("pan", "/api/v1/events", new { id = $"complaint-{i}", kind = "complaint", campaignId = story.Id, customer = $"K{i:D7}" })).StatusCode);
        await story.UntilStatusAsync("paused");
        using var byOwner = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/resume");
        await story.CompleteAsync("handle-breach", "resume", reason: "投诉与本活动无关");
        Assert.Equal("paused", (await story.PageAsync()).GetProperty("status").GetString());
        using var bySame = await story.TryCompleteAsync("handle-breach", "resume", by: "zhou2", reason: "x");
        using var bySameRole = await story.TryCompleteAsync("handle-breach", "resume", by: "zhou", reason: "x");
        using var early = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/resume");
        await story.CompleteAsync("handle-breach", "resume", by: "xu", reason: "文案无误");

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Conflict, HttpStatusCode.Conflict], new[] { bySame, bySameRole, early }.Select(reply => reply.StatusCode));
        Assert.Equal(HttpStatusCode.Conflict, byOwner.StatusCode);
        await story.UntilStatusAsync("running");
        Assert.All((await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/guardrail-trips")).EnumerateArray(), trip => Assert.NotEqual(JsonValueKind.Null, trip.GetProperty("clearedAt").ValueKind));
    }

    [Fact]
    public async Task A_business_head_sends_back_to_a_stage_and_an_owner_cancels_with_a_reason()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        await story.CompleteAsync("risk-sign", "approve");

        using var nowhere = await story.PostAsync("chen", $"/api/v1/campaigns/{story.Id}/send-back", new { to = "no-such-stage", reason = "x" });
        using var back = await story.PostAsync("chen", $"/api/v1/campaigns/{story.Id}/send-back", new { to = "ideation", reason = "档期冲突" });
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NoContent), (nowhere.StatusCode, back.StatusCode));
        Assert.Equal(["write-brief"], await story.OpenTasksAsync());
        Assert.Equal(["review-brief", "risk-sign"], await story.StandingAsync());

        using var silent = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/cancellation", new { reason = "" });
        using var cancelled = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/cancellation", new { reason = "产品下线" });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.NoContent), (silent.StatusCode, cancelled.StatusCode));
        var page = await story.PageAsync();
        Assert.Equal(("cancelled", "产品下线"), (page.GetProperty("status").GetString(), page.GetProperty("statusReason").GetString()));
        Assert.Empty(await story.OpenTasksAsync());
    }

    [Fact]
    public async Task Sent_back_with_redo_every_approval_from_there_on_is_given_again()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        await story.CompleteAsync("risk-sign", "approve");

        using var back = await story.PostAsync("chen", $"/api/v1/campaigns/{story.Id}/send-back", new { to = "sign-off", reason = "重新会签", redo = true });

        Assert.Equal(HttpStatusCode.NoContent, back.StatusCode);
        Assert.Equal(["review-brief"], await story.StandingAsync());   // of an earlier stage: it stands
        await story.TaskAsync("risk-sign");
        using var nowhere = await story.PostAsync("chen", $"/api/v1/campaigns/{story.Id}/send-back", new { to = "no-such-stage", reason = "x", redo = true });
        Assert.Equal(HttpStatusCode.Conflict, nowhere.StatusCode);
        Assert.Equal(["review-brief"], await story.StandingAsync());
    }

    [Fact]
    public async Task The_express_SOP_runs_too_and_both_pass_their_own_lint()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.EverybodyAsync();
        foreach (var sop in (await story.GetAsync("wei", "/api/v1/sops")).EnumerateArray())
        {
            var xml = await (await story.AsAsync("wei")).GetStringAsync($"/api/v1/sops/{sop.GetProperty("id").GetString()}/xml", Token);
            using var lint = await story.PostAsync("wei", "/api/v1/sops/lint", new { xml });
            Assert.DoesNotContain((await lint.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray(), problem => problem.GetProperty("isError").GetBoolean());
        }

        using var reply = await story.PostAsync("lin", "/api/v1/campaigns", new { brief = Story.Brief(story.Host), sop = "express-campaign" });
        using var none = await story.PostAsync("lin", "/api/v1/campaigns", new { brief = Story.Brief(story.Host), sop = "no-such-sop" });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity), (reply.StatusCode, none.StatusCode));
    }

    private static Brief OnlySms(Brief brief) => brief with
    {
        Phases = [.. brief.Phases.Select(phase => phase with { Channels = ["sms"], Texts = [.. phase.Texts.Where(text => text.Channel == "sms")] })],
    };

    /// <summary>A customer as the demo's audience rule wants them.</summary>
    private static void Match(int index, Customer customer) => customer.Attributes = """
        {"age":35,"student":false,"credit_status":"active","available_limit":20000,"overdue_days":0,"max_overdue_days_12m":0,"days_since_last_loan":90,
         "risk_grade":"B","lender_count":1,"open_complaint":false,"profiling_consent":true,"converted":false}
        """;

    private static object Retrospective(string lesson) => new
    {
        goalReasonable = "yes", goal = "目标合理", result = "达成", highlights = "领券率高", shortfalls = "短信点击低", funnelLoss = "领取到借款流失多", internalCauses = "入口深", externalCauses = "同期竞品",
        skipsAndComplaints = "无投诉", lessons = lesson, tags = "入口、领券", actions = "首页入口,lin,2027-01-31", attendees = "lin, chen", start = "首页入口",
    };

    /// <summary>Stand in for the subjects that send; where those are registered, they run instead.</summary>
    private static void AddStandIns(IServiceCollection services)
    {
        foreach (var type in new[] { "freeze-audience", "check-drift", "start-reachouts", "stop-reachouts" })
            services.AddSingleton<IServiceTask>(new StandIn(type));
    }

    private sealed class StandIn(string type) : IServiceTask
    {
        public string Type => type;

        public Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken) =>
            Task.FromResult(type == "check-drift" ? ServiceTaskResult.With(("drift", 0m)) : ServiceTaskResult.Nothing);
    }
}
