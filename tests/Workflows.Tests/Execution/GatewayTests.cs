using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class GatewayTests
{
    private const string Choice = """
        <startEvent id="s"/><exclusiveGateway id="x" default="other"/><userTask id="big"/><userTask id="small"/>
        <f a="s" b="x"/><f a="x" b="big" if="amount &gt; 100"/><f id="other" a="x" b="small"/>
        """;

    [Theory]
    [InlineData(101, "big")]
    [InlineData(100, "small")]
    public void An_exclusive_gateway_takes_the_first_true_flow_else_the_default(int amount, string task) =>
        Play.Of(Choice).Start(("amount", amount)).AtTasks(task);

    [Fact]
    public void A_condition_that_is_null_is_an_incident_that_a_retry_with_data_resolves()
    {
        var play = Play.Of(Choice).Start();

        var incident = Assert.Single(play.State!.Incidents);
        Assert.Equal(("x", "condition-null"), (incident.ElementId, incident.Code));

        play.Do(new Command.RetryIncident(incident.IncidentId, Variables.Of(("amount", 500))));
        play.AtTasks("big");
        Assert.Empty(play.State!.Incidents);
    }

    [Fact]
    public void A_parallel_join_waits_for_one_token_on_every_flow_and_keeps_a_second_one_for_the_next_round()
    {
        var play = Play.Of("""
            <startEvent id="s"/><parallelGateway id="split"/><userTask id="a"/><userTask id="b"/><userTask id="extra"/>
            <exclusiveGateway id="merge"/><parallelGateway id="join"/><userTask id="after"/>
            <f a="s" b="split"/><f a="split" b="a"/><f a="split" b="b"/><f a="split" b="extra"/><f a="a" b="merge"/><f a="extra" b="merge"/>
            <f a="merge" b="join"/><f a="b" b="join"/><f a="join" b="after"/>
            """).Start();

        play.Complete("a").Complete("extra").AtTasks("b");
        play.Complete("b").AtTasks("after");
        play.Complete("after");

        Assert.False(play.HasEnded);
        Assert.Equal(["join"], play.State!.ActiveElementIds);
    }

    [Fact]
    public void An_inclusive_join_waits_for_a_token_inside_a_subprocess_that_can_still_reach_it()
    {
        var play = Play.Of("""
            <startEvent id="s"/><inclusiveGateway id="split"/><userTask id="a"/>
            <subProcess id="sub"><startEvent id="is"/><userTask id="inner"/><f id="i1" a="is" b="inner"/></subProcess>
            <inclusiveGateway id="join"/><userTask id="after"/>
            <f a="s" b="split"/><f a="split" b="a" if="true"/><f a="split" b="sub" if="x"/><f a="a" b="join"/><f a="sub" b="join"/><f a="join" b="after"/>
            """);
        play.Start(("x", true)).Complete("a").AtTasks("inner");
        play.Complete("inner").AtTasks("after");
    }

    [Fact]
    public void An_inclusive_join_opens_at_once_when_no_other_token_can_come()
    {
        var play = Play.Of("""
            <startEvent id="s"/><parallelGateway id="p"/><inclusiveGateway id="split"/><userTask id="a"/><userTask id="b"/><inclusiveGateway id="join"/><userTask id="after"/><userTask id="elsewhere"/>
            <f a="s" b="p"/><f a="p" b="elsewhere"/><f a="p" b="split"/><f a="split" b="a" if="true"/><f a="split" b="b" if="false"/><f a="a" b="join"/><f a="b" b="join"/><f a="join" b="after"/>
            """);
        play.Start().Complete("a").AtTasks("after", "elsewhere");
    }

    [Fact]
    public void The_first_event_behind_an_event_based_gateway_closes_the_others()
    {
        var play = Play.Of("""
            <startEvent id="s"/><eventBasedGateway id="g"/>
            <intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>
            <intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
            <receiveTask id="r" messageRef="R"/><userTask id="afterM"/><userTask id="afterT"/><userTask id="afterR"/>
            <f a="s" b="g"/><f a="g" b="m"/><f a="g" b="t"/><f a="g" b="r"/><f a="m" b="afterM"/><f a="t" b="afterT"/><f a="r" b="afterR"/>
            """, globals: """<message id="M" name="paid"/><message id="R" name="cancelled"/>""").Start();

        play.Message("cancelled").AtTasks("afterR");

        Assert.Empty(play.State!.Timers);
        Assert.Equal(RefusalCode.NoReceiver, play.Refused(new Command.DeliverMessage("paid", null, Variables.None)));
    }

    [Fact]
    public void A_loop_of_a_thousand_turns_costs_no_stack_and_a_loop_without_end_becomes_an_incident()
    {
        const string Loop = """
            <startEvent id="s"/><exclusiveGateway id="in"/><scriptTask id="count"><extensionElements><zeebe:script expression="= i + 1" resultVariable="i"/></extensionElements></scriptTask>
            <exclusiveGateway id="out" default="done"/><endEvent id="e"/>
            <f a="s" b="in"/><f a="in" b="count"/><f a="count" b="out"/><f a="out" b="in" if="i &lt; n"/><f id="done" a="out" b="e"/>
            """;
        var play = Play.Of(Loop).Start(("i", 0), ("n", 5_000));
        play.Ended();
        Assert.Equal(5_000, play.Count("count"));

        var endless = Play.Of(Loop);
        endless.Settings = endless.Settings with { MaxStepsPerCommand = 1_000 };
        endless.Start(("i", 0), ("n", 1_000_000));
        Assert.Equal("too-many-steps", Assert.Single(endless.State!.Incidents).Code);
    }
}
