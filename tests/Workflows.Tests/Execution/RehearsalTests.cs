using System.Collections.Immutable;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Execution.Rehearsal;
using Orchestrator.Workflows.Tests.Bpmn;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class RehearsalTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private const string Body = """
        <startEvent id="s"/><userTask id="a"><extensionElements><sop:outcomes><sop:outcome id="ok"/><sop:outcome id="no" requiresReason="true" sendBackTo="a"/></sop:outcomes></extensionElements></userTask>
        <intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>
        <f a="s" b="a"/><f a="a" b="t"/><f a="t" b="e"/>
        """;

    [Fact]
    public void A_dry_run_shows_path_and_timing_with_stubbed_answers()
    {
        var play = Play.Of(Body);
        var plan = new DryRunPlan
        {
            Answers = ImmutableDictionary<string, ImmutableArray<StubAnswer>>.Empty
                .Add("a", [new("no", After: TimeSpan.FromHours(1)), new("ok", After: TimeSpan.FromHours(2))]),
        };

        var report = DryRun.Play(play.Process, plan, Start, play.Settings);

        Assert.Null(report.StoppedBecause);
        Assert.Equal(["s", "a", "t", "e"], report.Path);
        Assert.Equal(TimeSpan.FromHours(3) + TimeSpan.FromDays(2), report.Finish - report.Start);
    }

    [Fact]
    public void A_dry_run_says_why_it_stopped()
    {
        var waiting = Play.Of("""<startEvent id="s"/><receiveTask id="r" messageRef="M"/><f a="s" b="r"/>""", globals: """<message id="M" name="m"/>""");
        Assert.Contains("waits for ever at 'r'", DryRun.Play(waiting.Process, new DryRunPlan(), Start, waiting.Settings).StoppedBecause, StringComparison.Ordinal);
        Assert.True(DryRun.Play(waiting.Process, new DryRunPlan { MessageDelay = TimeSpan.FromDays(1) }, Start, waiting.Settings).Ended);

        var broken = Play.Of("""<startEvent id="s"/><exclusiveGateway id="x"/><endEvent id="e"/><endEvent id="f"/><f a="s" b="x"/><f a="x" b="e" if="y"/><f a="x" b="f" if="not(y)"/>""");
        Assert.Contains("Incident at 'x'", DryRun.Play(broken.Process, new DryRunPlan(), Start, broken.Settings).StoppedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void The_standard_sop_can_be_rehearsed_from_brief_to_look_back()
    {
        var sop = ShippedSopsTests.Read("standard-campaign").Require().Main;
        var play = new Play(sop).WithDecision("campaign-risk", _ => new(Variables.FromJson("""{"level":"LOW","signers":[]}"""), []));
        var plan = new DryRunPlan
        {
            Variables = Variables.FromJson("""{"launchAt":"2026-04-01T10:00:00Z","firstPhaseAt":"2026-04-01T10:00:00Z","windowEnd":"2026-04-12T10:00:00Z","packageChanged":false,"drift":0}"""),
        };

        var report = DryRun.Play(sop, plan, Start, play.Settings);

        Assert.Null(report.StoppedBecause);
        Assert.Equal(sop.Stages.Select(s => s.Id), report.Stages.Select(s => s.StageId));
        Assert.DoesNotContain("finance-sign", report.Path);
        Assert.True(report.Finish >= new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_replay_lists_the_runs_that_a_new_version_would_route_or_decide_differently()
    {
        static string Version(int limit) => $"""
            <startEvent id="s"/><businessRuleTask id="r"><extensionElements><zeebe:calledDecision decisionId="level" resultVariable="level"/></extensionElements></businessRuleTask>
            <exclusiveGateway id="x" default="d"/><userTask id="big"/><userTask id="small"/>
            <f a="s" b="r"/><f a="r" b="x"/><f a="x" b="big" if="amount &gt; {limit}"/><f id="d" a="x" b="small"/>
            """;
        Play At(int limit) => Play.Of(Version(limit)).WithDecision("level", i => new(i["amount"] is decimal a && a > limit ? "HIGH" : "LOW", []));
        var (old, proposed) = (At(100), At(50));
        RecordedRun Run(string id, int amount) => new(id, new DryRunPlan { Variables = Variables.Of(("amount", amount)) }, Start);

        var differences = Replay.Compare((old.Process, old.Settings), (proposed.Process, proposed.Settings), [Run("r1", 30), Run("r2", 70), Run("r3", 200)]);

        var only = Assert.Single(differences);
        Assert.Equal(("r2", "small", "big"), (only.RunId, only.Missing[0], only.Additional[0]));
        Assert.Equal(("level", "\"LOW\"", "\"HIGH\""), only.Decisions[0]);
    }
}
