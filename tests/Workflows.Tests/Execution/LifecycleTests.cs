using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class LifecycleTests
{
    private const string TwoSteps = """
        <startEvent id="s"/><userTask id="a"/><userTask id="b"/><subProcess id="sub"><startEvent id="is"/><userTask id="inner"/><f id="i" a="is" b="inner"/></subProcess><endEvent id="e"/>
        <f a="s" b="a"/><f a="a" b="b"/><f a="b" b="sub"/><f a="sub" b="e"/>
        """;

    [Fact]
    public void A_suspended_instance_refuses_to_move_until_it_is_resumed()
    {
        var play = Play.Of(TwoSteps).Start();
        play.Do(new Command.Suspend("audit", "admin"));
        Assert.Equal(RefusalCode.Suspended, play.Refused(new Command.CompleteTask(play.TaskId("a"), null, Variables.None, "x")));
        play.Do(new Command.Resume("admin")).Complete("a").AtTasks("b");
    }

    [Fact]
    public void Cancelling_withdraws_everything_and_nothing_more_is_accepted()
    {
        var play = Play.Of(TwoSteps).Start(("x", 1));
        play.Do(new Command.Cancel("no longer needed", "admin"));
        Assert.Equal(InstanceStatus.Cancelled, play.State!.Status);
        Assert.Equal(1m, play.State.Variables["x"]);
        Assert.Single(play.LastWork.OfType<HostWork.CancelTask>());
        Assert.Equal(RefusalCode.NotRunning, play.Refused(new Command.Resume("admin")));
    }

    [Fact]
    public void Modifying_moves_a_token_into_a_subprocess_and_needs_a_reason()
    {
        var play = Play.Of(TwoSteps).Start();
        Assert.Equal(RefusalCode.ReasonMissing, play.Refused(new Command.Modify(["a"], ["inner"], "", "admin")));
        Assert.Equal(RefusalCode.UnknownElement, play.Refused(new Command.Modify(["b"], ["inner"], "skip", "admin")));

        play.Do(new Command.Modify(["a"], ["inner"], "skip", "admin")).AtTasks("inner");

        play.Complete("inner").Ended();
    }

    [Fact]
    public void A_command_without_a_start_and_a_second_start_are_refused()
    {
        var play = Play.Of(TwoSteps);
        Assert.Equal(RefusalCode.NotStarted, play.Refused(new Command.SetVariables(Variables.None)));
        play.Start();
        Assert.Equal(RefusalCode.AlreadyStarted, play.Refused(new Command.Start("again", Variables.None)));
    }

    [Fact]
    public void What_fails_outside_a_tokens_own_step_is_refused_and_changes_nothing()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="a"/><f a="s" b="a"/>
            <subProcess id="watch" triggeredByEvent="true"><startEvent id="w" isInterrupting="false"><timerEventDefinition><timeDate>= limit</timeDate></timerEventDefinition></startEvent><endEvent id="we"/><f a="w" b="we"/></subProcess>
            """).Start(("limit", "2026-05-01"));
        play.Set(("limit", null));
        var before = play.State!.ToJson();

        Assert.Equal(RefusalCode.StepFailed, play.Refused(new Command.SendBack("a", "again", "boss")));
        Assert.Equal(before, play.State!.ToJson());
    }

    [Fact]
    public void Cancelling_what_has_an_incident_resolves_the_incident()
    {
        var play = Play.Of("""
            <startEvent id="s"/><exclusiveGateway id="x"/><endEvent id="e"/><endEvent id="f"/><f a="s" b="x"/><f a="x" b="e" if="y"/><f a="x" b="f" if="not(y)"/>
            """).Start();
        play.Do(new Command.Cancel("no", "admin"));
        Assert.Contains(play.Events, e => e is InstanceEvent.IncidentResolved { ElementId: "x" });
    }

    [Fact]
    public void Called_processes_read_the_callers_variables_and_hand_back_only_what_they_wrote()
    {
        var called = Xml.Process("""
            <startEvent id="s"/><scriptTask id="calc"><extensionElements><zeebe:script expression="= a + 1" resultVariable="b"/></extensionElements></scriptTask><userTask id="inner"/><f a="s" b="calc"/><f a="calc" b="inner"/>
            """, id: "called");
        var play = Play.Of("""<startEvent id="s"/><callActivity id="c"><extensionElements><zeebe:calledElement processId="called"/></extensionElements></callActivity><userTask id="after"/><f a="s" b="c"/><f a="c" b="after"/>""").With(called);
        play.Start(("a", 1));
        Assert.False(play.State!.Variables.ContainsKey("b"));

        play.Set(("a", 5)).Complete("inner").AtTasks("after");

        Assert.Equal("""{"a":5,"b":2}""", play.State!.Variables.ToJson());
    }

    [Fact]
    public void A_business_rule_task_reports_the_rules_that_fired()
    {
        var play = Play.Of("""<startEvent id="s"/><businessRuleTask id="r"><extensionElements><zeebe:calledDecision decisionId="level" resultVariable="risk"/></extensionElements></businessRuleTask><userTask id="after"/><f a="s" b="r"/><f a="r" b="after"/>""")
            .WithDecision("level", inputs => new(inputs["amount"] is > 5m ? "HIGH" : "LOW", [new("level", 2, "r2", null)]))
            .Start(("amount", 9));
        Assert.Equal("HIGH", play.State!.Variables["risk"]);
        Assert.Equal(2, Assert.Single(play.Events.OfType<InstanceEvent.DecisionEvaluated>()).MatchedRules[0].RuleNumber);
    }
}
