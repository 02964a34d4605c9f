using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class LoopTests
{
    [Fact]
    public void Parallel_instances_see_their_item_and_collect_their_output_in_order()
    {
        var play = Play.Of("""
            <startEvent id="s"/><serviceTask id="w"><extensionElements><zeebe:taskDefinition type="t"/></extensionElements>
            <multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="= items" inputElement="item" outputCollection="results" outputElement="= result"/></extensionElements></multiInstanceLoopCharacteristics></serviceTask>
            <userTask id="after"/><f a="s" b="w"/><f a="w" b="after"/>
            """).Start(("items", new List<object?> { 10, 20, 30 }));
        var runs = play.Work.OfType<HostWork.RunService>().ToList();
        Assert.Equal([10m, 20m, 30m], runs.Select(r => r.Input["item"]));

        foreach (var run in runs.AsEnumerable().Reverse())
            play.Do(new Command.CompleteWork(run.WorkId, Variables.Of(("result", (decimal)run.Input["item"]! + 1))));

        play.AtTasks("after");
        Assert.Equal("""{"items":[10,20,30],"results":[11,21,31]}""", play.State!.Variables.ToJson());
    }

    [Fact]
    public void Output_mappings_of_a_loop_run_once_per_instance_and_a_worker_may_reuse_the_counters_name()
    {
        var play = Play.Of("""
            <startEvent id="s"/><serviceTask id="w"><extensionElements><zeebe:taskDefinition type="t"/><zeebe:ioMapping><zeebe:output source="= result" target="last"/></zeebe:ioMapping></extensionElements>
            <multiInstanceLoopCharacteristics isSequential="true"><extensionElements><zeebe:loopCharacteristics inputCollection="= [1,2]" inputElement="item" outputCollection="all" outputElement="= result"/></extensionElements></multiInstanceLoopCharacteristics></serviceTask>
            <userTask id="after"/><f a="s" b="w"/><f a="w" b="after"/>
            """).Start();
        play.Finish("w", ("result", "a"), ("loopCounter", "x")).Finish("w", ("result", "b"));
        Assert.Equal("""{"all":["a","b"],"last":"b"}""", play.State!.Variables.ToJson());
    }

    [Fact]
    public void A_sequential_loop_ends_early_by_its_completion_condition()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="t"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>10</loopCardinality><completionCondition>enough = true</completionCondition></multiInstanceLoopCharacteristics></userTask>
            <endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>
            """).Start();
        play.Complete("t").AtTasks("t");
        play.Complete("t", variables: ("enough", true)).Ended();
        Assert.Equal(2, play.Count("t"));
    }

    [Fact]
    public void No_instances_pass_straight_through() =>
        Play.Of("""
            <startEvent id="s"/><userTask id="t"><multiInstanceLoopCharacteristics><loopDataInputRef>none</loopDataInputRef></multiInstanceLoopCharacteristics></userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>
            """).Start(("none", Array.Empty<string>())).Ended();

    [Fact]
    public void A_collection_that_is_missing_is_an_incident()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="t"><multiInstanceLoopCharacteristics><loopDataInputRef>none</loopDataInputRef></multiInstanceLoopCharacteristics></userTask><f a="s" b="t"/>
            """).Start();
        var incident = Assert.Single(play.State!.Incidents);
        play.Do(new Command.RetryIncident(incident.IncidentId, Variables.Of(("none", new List<object?> { 1, 2 })))).AtTasks("t", "t");
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 2)]
    public void A_standard_loop_repeats_while_its_condition_holds(bool testBefore, int times)
    {
        var play = Play.Of($"""
            <startEvent id="s"/><scriptTask id="t"><extensionElements><zeebe:script expression="= i + 1" resultVariable="i"/></extensionElements>
            <standardLoopCharacteristics testBefore="{(testBefore ? "true" : "false")}"><loopCondition>i &lt; 3</loopCondition></standardLoopCharacteristics></scriptTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>
            """).Start(("i", testBefore ? 1 : 0));
        play.Ended();
        Assert.Equal(times, play.Count("t"));
    }

    [Fact]
    public void An_interrupting_boundary_event_ends_all_instances()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="t"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>
            <boundaryEvent id="b" attachedToRef="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><userTask id="late"/><f a="s" b="t"/><f a="b" b="late"/>
            """).Start();
        play.Complete("t").Fire("b").AtTasks("late");
        Assert.Equal(2, play.LastWork.OfType<HostWork.CancelTask>().Count());
    }

    [Fact]
    public void A_quorum_needs_different_people_and_one_refusal_ends_it()
    {
        const string Body = """
            <startEvent id="s"/><userTask id="vote" sop:quorum="2"><extensionElements><sop:outcomes><sop:outcome id="yes"/><sop:outcome id="no" requiresReason="true"/></sop:outcomes></extensionElements></userTask>
            <userTask id="after"/><f a="s" b="vote"/><f a="vote" b="after"/>
            """;
        var play = Play.Of(Body).Start();
        play.Complete("vote", "yes", "anna");
        Assert.Equal(RefusalCode.SeparationOfDuties, play.Refused(new Command.CompleteTask(play.TaskId("vote"), "yes", Variables.None, "anna")));
        play.Complete("vote", "yes", "bert").AtTasks("after");

        var refused = Play.Of(Body).Start();
        refused.Complete("vote", "no", "anna", "too risky").AtTasks("after");
        Assert.Equal("no", refused.State!.Variables["voteOutcome"]);
    }
}
