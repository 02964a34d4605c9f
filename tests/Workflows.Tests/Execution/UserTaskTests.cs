using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class UserTaskTests
{
    private const string SignOff = """
        <startEvent id="s"/><parallelGateway id="g"/>
        <userTask id="brief" sop:due="P2WD" sop:remind="P1WD"><extensionElements><zeebe:formDefinition formId="brief-form"/><zeebe:assignmentDefinition candidateGroups="owner, business-head"/></extensionElements></userTask>
        <userTask id="risk" sop:separateFrom="owner brief"><extensionElements><sop:outcomes><sop:outcome id="approve"/><sop:outcome id="return" requiresReason="true" sendBackTo="brief"/></sop:outcomes></extensionElements></userTask>
        <userTask id="compliance" sop:separateFrom="risk"/><parallelGateway id="j"/><userTask id="after"/>
        <boundaryEvent id="nag" attachedToRef="compliance" cancelActivity="false"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="nagged"/>
        <f a="s" b="brief"/><f a="brief" b="g"/><f a="g" b="risk"/><f a="g" b="compliance"/><f a="risk" b="j"/><f a="compliance" b="j"/><f a="j" b="after"/><f a="nag" b="nagged"/>
        """;

    [Fact]
    public void A_task_carries_its_form_roles_due_time_and_reminder_in_working_days()
    {
        var play = Play.Of(SignOff);
        play.Now = new(2026, 3, 6, 9, 0, 0, TimeSpan.Zero);
        play.Start();

        var task = Assert.Single(play.Work.OfType<HostWork.CreateTask>());
        Assert.Equal(("brief", "brief-form"), (task.ElementId, task.FormId));
        Assert.Equal(["owner", "business-head"], task.CandidateGroups);
        Assert.Equal(new DateTimeOffset(2026, 3, 10, 9, 0, 0, TimeSpan.Zero), task.Due);
        Assert.Equal(new DateTimeOffset(2026, 3, 9, 9, 0, 0, TimeSpan.Zero), task.Remind);
    }

    [Fact]
    public void Duties_are_kept_apart_whichever_of_two_tasks_comes_first()
    {
        var play = Play.Of(SignOff).Start();
        play.Complete("brief", by: "anna");
        Assert.Equal(RefusalCode.SeparationOfDuties, play.Refused(new Command.CompleteTask(play.TaskId("risk"), "approve", Variables.None, "owner")));
        Assert.Equal(RefusalCode.SeparationOfDuties, play.Refused(new Command.CompleteTask(play.TaskId("risk"), "approve", Variables.None, "anna")));

        play.Complete("compliance", by: "bert");
        Assert.Equal(RefusalCode.SeparationOfDuties, play.Refused(new Command.CompleteTask(play.TaskId("risk"), "approve", Variables.None, "bert")));
        play.Complete("risk", "approve", "carl").AtTasks("after");
    }

    [Fact]
    public void Outcomes_are_checked_and_a_refusal_needs_a_reason()
    {
        var play = Play.Of(SignOff).Start();
        play.Complete("brief");
        var task = play.TaskId("risk");
        Assert.Equal(RefusalCode.UnknownOutcome, play.Refused(new Command.CompleteTask(task, "maybe", Variables.None, "carl")));
        Assert.Equal(RefusalCode.UnknownOutcome, play.Refused(new Command.CompleteTask(task, null, Variables.None, "carl")));
        Assert.Equal(RefusalCode.ReasonMissing, play.Refused(new Command.CompleteTask(task, "return", Variables.None, "carl", " ")));
    }

    [Fact]
    public void Sending_back_ends_branches_joins_and_timers_and_a_task_is_completed_once()
    {
        var play = Play.Of(SignOff).Start();
        play.Complete("brief");
        var risk = play.TaskId("risk");
        Assert.NotEmpty(play.State!.Timers);

        play.Complete("risk", "return", "carl", "rate is wrong");

        play.AtTasks("brief");
        Assert.Empty(play.State!.Timers);
        Assert.Equal("return", play.State.Variables["riskOutcome"]);
        Assert.Equal(["compliance"], play.LastWork.OfType<HostWork.CancelTask>().Select(c => c.ElementId));
        Assert.Equal(RefusalCode.TaskGone, play.Refused(new Command.CompleteTask(risk, "approve", Variables.None, "dora")));

        play.Complete("brief").Complete("compliance", by: "bert").Complete("risk", "approve", "carl").AtTasks("after");
        play.Complete("after").Ended();
    }

    [Fact]
    public void A_task_whose_approval_still_stands_is_skipped_with_its_first_outcome()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="risk" sop:skipWhen="= stands"><extensionElements><sop:outcomes variable="answer"><sop:outcome id="approve"/><sop:outcome id="no"/></sop:outcomes></extensionElements></userTask><userTask id="after"/>
            <f a="s" b="risk"/><f a="risk" b="after"/>
            """).Start(("stands", true));
        play.AtTasks("after");
        Assert.Equal("approve", play.State!.Variables["answer"]);
        Assert.Contains(play.Events, e => e is InstanceEvent.TaskSkipped { ElementId: "risk" });
    }

    [Fact]
    public void Io_mappings_shape_what_goes_in_and_what_comes_out()
    {
        var play = Play.Of("""
            <startEvent id="s"/><serviceTask id="w"><extensionElements><zeebe:taskDefinition type="t"/><zeebe:ioMapping>
            <zeebe:input source="= a + 1" target="x"/><zeebe:output source="= result * 2" target="out.value"/></zeebe:ioMapping></extensionElements></serviceTask><userTask id="after"/><f a="s" b="w"/><f a="w" b="after"/>
            """).Start(("a", 1), ("secret", "s"));
        Assert.Equal("""{"x":2}""", play.Work.OfType<HostWork.RunService>().Single().Input.ToJson());

        play.Finish("w", ("result", 21), ("noise", 1));

        Assert.Equal(42m, Feel(play, "out.value"));
        Assert.False(play.State!.Variables.ContainsKey("noise"));
    }

    [Fact]
    public void Variables_beyond_the_limit_are_refused()
    {
        var play = Play.Of(SignOff).Start();
        Assert.Equal(RefusalCode.VariablesTooLarge, play.Refused(new Command.SetVariables(Variables.Of(("x", new string('x', 300_000))))));
    }

    private static object? Feel(Play play, string text) =>
        Orchestrator.Workflows.Feel.FeelExpression.Compile(text).Evaluate(Orchestrator.Workflows.Feel.FeelScope.From(play.State!.Variables)).Value;
}
