using System.Text.Json;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Bpmn.Lint;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Sops;

public sealed class ShippedSopTests
{
    private static readonly string[] TaskIds =
    [
        "compliance-sign", "configure", "confirm-drift", "confirm-retrospective", "consumer-protection-sign", "daily-check", "executive-sign", "finance-sign",
        "handle-breach", "launch-check", "look-back", "review-brief", "risk-sign", "test-send", "write-brief", "write-retrospective",
    ];

    public static TheoryData<string> Sops => ["standard-campaign", "express-campaign"];

    [Theory]
    [MemberData(nameof(Sops))]
    public void Each_is_read_without_any_problem(string sop)
    {
        var reading = SopWalk.Shipped(sop);
        Assert.Empty(reading.Problems);
        Assert.Equal(sop, reading.Require().Main.Id);
    }

    [Theory]
    [MemberData(nameof(Sops))]
    public void Each_may_be_published(string sop)
    {
        var surroundings = new LintSurroundings
        {
            Members = new Dictionary<string, IReadOnlyCollection<string>>
            {
                ["owner"] = ["lin"], ["business-head"] = ["chen"], ["risk"] = ["zhou"], ["compliance"] = ["shen"], ["consumer-protection"] = ["xu"],
                ["finance"] = ["gao"], ["executive"] = ["fang"], ["process-admin"] = ["tang"], ["platform"] = ["ma"],
            },
            ServiceTypes = new HashSet<string>(["compare-package", "freeze-audience", "check-drift", "start-reachouts", "stop-reachouts", "draft-retrospective", "close-campaign"]),
            Forms = SopWalk.Resources("Sops/Forms/").Select(name => Path.GetFileName(name)[..^".form.json".Length]).ToHashSet(),
            Decisions = new HashSet<string>(["campaign-risk", "campaign-refusals"]),
        };
        Assert.Empty(SopLint.Check(SopWalk.Shipped(sop).Require().Main, surroundings));
    }

    [Theory]
    [MemberData(nameof(Sops))]
    public void Each_has_the_stages_tasks_and_services_that_the_host_knows(string sop)
    {
        var process = SopWalk.Shipped(sop).Require().Main;
        Assert.Equal(["ideation", "review", "sign-off", "build-test", "launch", "monitoring", "retrospective"], process.Stages.Select(stage => stage.Id));
        Assert.Equal(TaskIds, process.UserTasks.Select(task => task.Id).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["check-drift", "close-campaign", "compare-package", "draft-retrospective", "freeze-audience", "start-reachouts", "stop-reachouts"],
            process.Nodes.OfType<ServiceTask>().Select(task => task.Type!.Literal!).Order(StringComparer.Ordinal));
        Assert.All(process.Nodes.Where(node => node.Name is not null), node => Assert.NotEqual(node.Name!.Zh, node.Name.En));
    }

    [Theory]
    [MemberData(nameof(Sops))]
    public void Each_task_has_its_form(string sop)
    {
        foreach (var task in SopWalk.Shipped(sop).Require().Main.UserTasks)
        {
            Assert.Equal(task.Id, task.FormId);
            using var form = JsonDocument.Parse(SopWalk.Resource($"Sops/Forms/{task.Id}.form.json"));
            Assert.Equal(task.Id, form.RootElement.GetProperty("id").GetString());
            var outcomes = task.Outcomes.Select(outcome => outcome.Id).ToHashSet();
            Assert.All(
                form.RootElement.GetProperty("components").EnumerateArray().Where(part => part.TryGetProperty("validate", out var rule) && rule.TryGetProperty("outcomes", out _)),
                part => Assert.All(part.GetProperty("validate").GetProperty("outcomes").EnumerateArray(), outcome => Assert.Contains(outcome.GetString()!, outcomes)));
        }
    }

    [Fact]
    public void Every_refusing_outcome_needs_a_reason() =>
        Assert.All(
            SopWalk.Shipped("standard-campaign").Require().Main.UserTasks.SelectMany(task => task.Outcomes),
            outcome => Assert.Equal(outcome.Id is "return" or "reject" or "fail" or "postpone" or "stop", outcome.RequiresReason));   // resume: of two people, each with the grounds in the form

    [Fact]
    public void A_campaign_runs_from_brief_to_look_back()
    {
        var walk = new SopWalk("standard-campaign", 60).Running();
        Assert.Equal("monitoring", walk.State.StageId);
        walk.Elapse("window-ends");
        Assert.Empty(walk.OpenTasks);
        walk.Elapse("after-window");
        Assert.Equal(new DateTimeOffset(2026, 12, 23, 18, 0, 0, TimeSpan.FromHours(8)), walk.Now); // Saturday + 3 working days
        walk.Serve("draft-retrospective").Do("write-retrospective", "submit", "lin").Do("confirm-retrospective", "close", "head").Serve("close-campaign");
        walk.Elapse("t-plus-30").Do("look-back", "recorded", "risk");
        Assert.Equal(InstanceStatus.Completed, walk.State.Status);
        Assert.Equal(["compare-package", "freeze-audience", "check-drift", "start-reachouts", "draft-retrospective", "close-campaign"], walk.Ran);
    }

    [Theory]
    [InlineData(50, "LOW", false)]
    [InlineData(60, "MEDIUM", true)]
    [InlineData(600, "HIGH", true)]
    public void The_decision_adds_signers_and_the_executive_comes_last(int rewardCap, string level, bool financeSigns)
    {
        var walk = new SopWalk("standard-campaign", rewardCap).Do("write-brief", "submit", "lin").Do("review-brief", "approve", "head");
        Assert.Equal(level, walk.State.Variables["level"]);
        string[] joint = ["compliance-sign", "consumer-protection-sign", .. financeSigns ? ["finance-sign"] : Array.Empty<string>(), "risk-sign"];
        Assert.Equal(joint, walk.OpenTasks);
        foreach (var (task, index) in walk.OpenTasks.Select((task, index) => (task, index)))
            walk.Do(task, "approve", $"signer-{index}");
        Assert.Equal([level == "HIGH" ? "executive-sign" : "configure"], walk.OpenTasks);
    }

    [Fact]
    public void Sending_back_ends_the_other_sign_offs_and_what_stands_is_not_asked_again()
    {
        var walk = new SopWalk("standard-campaign").Do("write-brief", "submit", "lin").Do("review-brief", "approve", "head").Do("risk-sign", "approve", "risk");
        walk.Do("compliance-sign", "return", "compliance", "利率不够醒目");
        Assert.Equal(["write-brief"], walk.OpenTasks);
        walk.Set(("standing", new[] { "review-brief", "risk-sign" })).Do("write-brief", "submit", "lin");
        Assert.Equal(["compliance-sign", "consumer-protection-sign"], walk.OpenTasks);
    }

    [Theory]
    [InlineData("review-brief", "head")]
    [InlineData("risk-sign", "risk")]
    public void Rejecting_ends_the_campaign_at_once(string task, string by)
    {
        var walk = new SopWalk("standard-campaign").Do("write-brief", "submit", "lin");
        if (task != "review-brief")
            walk.Do("review-brief", "approve", "head");
        walk.Do(task, "reject", by, "与风险偏好不符");
        Assert.True(walk.State.IsEnded);
    }

    [Fact]
    public void Duties_are_separate()
    {
        var walk = new SopWalk("standard-campaign").Do("write-brief", "submit", "lin");
        Assert.Equal(RefusalCode.SeparationOfDuties, Assert.IsType<Decision.Refused>(walk.Try("review-brief", "approve", "lin")).Code);
        walk.Do("review-brief", "approve", "head").Do("risk-sign", "approve", "risk");
        Assert.Equal(RefusalCode.SeparationOfDuties, Assert.IsType<Decision.Refused>(walk.Try("compliance-sign", "approve", "risk")).Code);
        walk.Do("compliance-sign", "approve", "compliance").Do("consumer-protection-sign", "approve", "protection").Do("configure", "done", "platform");
        Assert.Equal(RefusalCode.SeparationOfDuties, Assert.IsType<Decision.Refused>(walk.Try("test-send", "pass", "platform")).Code);
        walk.Do("test-send", "pass", "tester").Serve("compare-hash", ("packageChanged", false));
        foreach (var person in new[] { "lin", "platform", "tester" })
            Assert.Equal(RefusalCode.SeparationOfDuties, Assert.IsType<Decision.Refused>(walk.Try("launch-check", "launch", person)).Code);
    }

    [Fact]
    public void A_failed_test_goes_back_to_configuring()
    {
        var walk = new SopWalk("standard-campaign").Signed().Do("configure", "done", "platform").Do("test-send", "fail", "tester", "退订链接打不开");
        Assert.Equal(["configure"], walk.OpenTasks);
    }

    [Fact]
    public void A_changed_package_is_signed_again_and_compared_again_without_building_anew()
    {
        var walk = new SopWalk("standard-campaign").Signed().Do("configure", "done", "platform").Do("test-send", "pass", "tester");
        walk.Set(("standing", new[] { "review-brief", "risk-sign" })).Serve("compare-hash", ("packageChanged", true));
        Assert.Equal(["compliance-sign", "consumer-protection-sign"], walk.OpenTasks);
        walk.Do("compliance-sign", "approve", "compliance").Do("consumer-protection-sign", "approve", "protection").Serve("compare-hash", ("packageChanged", false));
        Assert.Equal(["launch-check"], walk.OpenTasks);
    }

    [Theory]
    [InlineData("launch-check")]
    [InlineData("await-start")]
    [InlineData("monitoring")]
    public void An_edit_after_the_build_asks_for_the_voided_sign_offs_and_the_launch_check(string place)
    {
        var walk = new SopWalk("standard-campaign").Built();
        if (place != "launch-check")
            walk.Do("launch-check", "launch", "launcher").Serve("freeze-audience").Serve("check-drift", ("drift", 0m));
        if (place == "monitoring")
            walk.Elapse("first-phase").Serve("start-reachouts");
        walk.Set(("standing", new[] { "review-brief", "risk-sign" })).Message("package-edited");
        Assert.Equal(["compliance-sign", "consumer-protection-sign"], walk.OpenTasks);
        walk.Do("compliance-sign", "approve", "compliance").Do("consumer-protection-sign", "approve", "protection").Serve("compare-hash", ("packageChanged", false));
        Assert.Equal(["launch-check"], walk.OpenTasks);
    }

    [Fact]
    public void A_new_brief_is_built_and_tested_again()
    {
        var walk = new SopWalk("standard-campaign").Built().Do("launch-check", "return", "launcher", "客服话术未就绪");
        Assert.Equal(["write-brief"], walk.OpenTasks);
        walk.Signed();
        Assert.Equal(["configure"], walk.OpenTasks);
    }

    [Fact]
    public void Postponing_asks_again_after_a_working_day()
    {
        var walk = new SopWalk("standard-campaign").Built().Do("launch-check", "postpone", "launcher", "渠道维护").Elapse("postponed");
        walk.Serve("compare-hash", ("packageChanged", false));
        Assert.Equal(["launch-check"], walk.OpenTasks);
    }

    [Theory]
    [InlineData(0.2, false)]
    [InlineData(0.21, true)]
    public void A_drift_above_a_fifth_asks_risk(double drift, bool asks)
    {
        var walk = new SopWalk("standard-campaign").Built().Do("launch-check", "launch", "launcher").Serve("freeze-audience").Serve("check-drift", ("drift", (decimal)drift));
        Assert.Equal(asks ? ["confirm-drift"] : [], walk.OpenTasks);
    }

    [Fact]
    public void Daily_checks_come_every_morning_and_end_with_the_window()
    {
        var walk = new SopWalk("standard-campaign").Running();
        walk.Elapse("every-morning");
        Assert.Equal(["daily-check"], walk.OpenTasks);
        Assert.Equal(new TimeSpan(9, 30, 0), walk.Now.ToOffset(TimeSpan.FromHours(8)).TimeOfDay);
        walk.Do("daily-check", "done", "lin").Elapse("every-morning").Elapse("window-ends");
        Assert.Empty(walk.OpenTasks);
    }

    [Fact]
    public void A_breach_is_handled_within_two_hours_and_may_resume_or_stop()
    {
        var walk = new SopWalk("standard-campaign").Running().Message("guardrail-breach");
        Assert.Equal(["handle-breach", "handle-breach"], walk.OpenTasks);
        Assert.Equal(walk.Now.AddHours(2), walk.Due["handle-breach"]);
        walk.Do("handle-breach", "resume", "risk", "误报").Do("handle-breach", "resume", "compliance", "误报");
        Assert.Equal("monitoring", walk.State.StageId);
        walk.Message("guardrail-breach").Do("handle-breach", "stop", "risk", "投诉集中").Serve("stop-reachouts");
        Assert.Equal(["after-window"], walk.State.Timers.Select(timer => timer.ElementId));
    }
}
