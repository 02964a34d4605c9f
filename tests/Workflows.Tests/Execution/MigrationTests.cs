using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Execution.Migration;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class MigrationTests
{
    private const string Old = """
        <startEvent id="s"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b"/><parallelGateway id="j"/><userTask id="after"/>
        <boundaryEvent id="late" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="le"/>
        <f a="s" b="g"/><f id="ga" a="g" b="a"/><f id="gb" a="g" b="b"/><f id="aj" a="a" b="j"/><f id="bj" a="b" b="j"/><f a="j" b="after"/><f a="late" b="le"/>
        """;

    private const string New = """
        <startEvent id="s"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b2"/><parallelGateway id="j"/><userTask id="check"/><userTask id="after"/>
        <boundaryEvent id="sooner" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="se"/>
        <f a="s" b="g"/><f id="ga" a="g" b="a"/><f id="gb" a="g" b="b2"/><f id="aj" a="a" b="j"/><f id="bj2" a="b2" b="j"/><f a="j" b="check"/><f a="check" b="after"/><f a="sooner" b="se"/>
        """;

    [Fact]
    public void A_token_at_a_removed_element_needs_a_mapping_and_then_goes_on_in_the_new_version()
    {
        var play = Play.Of(Old).Start();
        var (older, newer) = (play.Process, Xml.Process(New));

        var report = MigrationPlan.Check(newer, play.State!, new(older, new Dictionary<string, string>()));
        Assert.Equal(MigrationVerdict.NeedsMapping, report.Verdict);
        Assert.Equal("b", Assert.Single(report.Findings).ElementId);

        play.Process = newer;
        Assert.Equal(RefusalCode.NotMigratable, play.Refused(new Command.Migrate(new(older, new Dictionary<string, string>()), "admin")));
        play.Do(new Command.Migrate(new(older, new Dictionary<string, string> { ["b"] = "b2" }, "2"), "admin"));

        Assert.Equal("2", play.State!.Version);
        Assert.Equal(["sooner"], play.State.Timers.Select(t => t.ElementId));
        Assert.Contains(play.LastWork, w => w is HostWork.CancelTimer);
        play.Complete("a").Complete("b2").AtTasks("check");
        play.Complete("check").Complete("after").Ended();
    }

    [Fact]
    public void A_token_waiting_at_a_join_keeps_its_flow_even_when_the_flow_was_renamed()
    {
        var play = Play.Of(Old).Start().Complete("b");
        var older = play.Process;
        play.Process = Xml.Process(New);
        play.Do(new Command.Migrate(new(older, new Dictionary<string, string> { ["b"] = "b2" }), "admin"));
        play.Complete("a").AtTasks("check");
    }

    [Fact]
    public void Another_kind_of_element_or_another_subprocess_blocks()
    {
        var play = Play.Of(Old).Start();
        var service = Xml.Process(Old.Replace("""<userTask id="b"/>""", """<task id="b"/>""", StringComparison.Ordinal));
        var moved = Xml.Process("""
            <startEvent id="s"/><subProcess id="sub"><startEvent id="is"/><userTask id="a"/><userTask id="b"/><f id="i" a="is" b="a"/><f id="i2" a="a" b="b"/></subProcess><f a="s" b="sub"/>
            """);
        var same = new ProcessMigration(play.Process, new Dictionary<string, string>());

        Assert.Equal(MigrationVerdict.Blocked, MigrationPlan.Check(service, play.State!, same).Verdict);
        Assert.Equal(MigrationVerdict.Blocked, MigrationPlan.Check(moved, play.State!, same).Verdict);
        Assert.Equal(MigrationVerdict.Safe, MigrationPlan.Check(Xml.Process(Old), play.State!, same).Verdict);
    }
}
