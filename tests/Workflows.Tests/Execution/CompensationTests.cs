using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class CompensationTests
{
    private static string Undo(string activity) =>
        $"""<boundaryEvent id="c-{activity}" attachedToRef="{activity}"><compensateEventDefinition/></boundaryEvent><userTask id="undo-{activity}" isForCompensation="true"/><association id="as-{activity}" sourceRef="c-{activity}" targetRef="undo-{activity}"/>""";

    [Fact]
    public void What_was_done_later_is_undone_first_and_what_was_parallel_is_undone_together()
    {
        var play = Play.Of($"""
            <startEvent id="s"/><userTask id="first"/><parallelGateway id="g"/><userTask id="left"/><userTask id="right"/><parallelGateway id="j"/>
            <intermediateThrowEvent id="throw"><compensateEventDefinition/></intermediateThrowEvent><userTask id="after"/>
            {Undo("first")}{Undo("left")}{Undo("right")}
            <f a="s" b="first"/><f a="first" b="g"/><f a="g" b="left"/><f a="g" b="right"/><f a="left" b="j"/><f a="right" b="j"/><f a="j" b="throw"/><f a="throw" b="after"/>
            """).Start();
        play.Complete("first").Complete("right").Complete("left");

        play.AtTasks("undo-left", "undo-right");
        play.Complete("undo-left").AtTasks("undo-right");
        play.Complete("undo-right").AtTasks("undo-first");
        play.Complete("undo-first").AtTasks("after");
        play.Complete("after").Ended();
    }

    [Fact]
    public void A_completed_subprocess_is_undone_with_the_variables_it_had()
    {
        var play = Play.Of($"""
            <startEvent id="s"/><subProcess id="sub"><extensionElements><zeebe:ioMapping><zeebe:input source="= room" target="booked"/></zeebe:ioMapping></extensionElements><startEvent id="is"/><userTask id="book"/>{Undo("book")}<f id="i" a="is" b="book"/></subProcess>
            <intermediateThrowEvent id="throw"><compensateEventDefinition activityRef="sub"/></intermediateThrowEvent><endEvent id="e"/><f a="s" b="sub"/><f a="sub" b="throw"/><f a="throw" b="e"/>
            """.Replace("""<userTask id="undo-book" isForCompensation="true"/>""", """<serviceTask id="undo-book" isForCompensation="true"><extensionElements><zeebe:taskDefinition type="cancel"/></extensionElements></serviceTask>""", StringComparison.Ordinal));
        play.Start(("room", 12)).Complete("book");

        Assert.Equal(12m, play.LastWork.OfType<HostWork.RunService>().Single().Input["booked"]);
        play.Finish("undo-book").Ended();
    }

    [Fact]
    public void Each_activity_is_undone_once_and_never_when_it_did_not_complete()
    {
        var play = Play.Of($"""
            <startEvent id="s"/><parallelGateway id="g"/><userTask id="done"/><userTask id="open"/><userTask id="gate"/>{Undo("done")}{Undo("open")}
            <intermediateThrowEvent id="one"><compensateEventDefinition/></intermediateThrowEvent><intermediateThrowEvent id="two"><compensateEventDefinition/></intermediateThrowEvent>
            <f a="s" b="g"/><f a="g" b="done"/><f a="g" b="open"/><f a="g" b="gate"/><f a="gate" b="one"/><f a="one" b="two"/>
            """).Start();
        play.Complete("done").Complete("gate").AtTasks("open", "undo-done");
        play.Complete("undo-done").AtTasks("open");
        play.Complete("open").Ended();
    }

    [Fact]
    public void A_handler_that_is_interrupted_does_not_leave_the_throw_waiting()
    {
        var play = Play.Of($"""
            <startEvent id="s"/><userTask id="work"/>{Undo("work")}
            <boundaryEvent id="late" attachedToRef="undo-work"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><userTask id="chase"/>
            <intermediateThrowEvent id="throw"><compensateEventDefinition/></intermediateThrowEvent><userTask id="after"/>
            <f a="s" b="work"/><f a="work" b="throw"/><f a="throw" b="after"/><f a="late" b="chase"/>
            """).Start().Complete("work");
        play.Fire("late").AtTasks("after", "chase");
    }
}
