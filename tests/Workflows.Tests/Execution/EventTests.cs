using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Execution;

public sealed class EventTests
{
    [Fact]
    public void A_non_interrupting_cycle_timer_fires_until_its_task_is_done()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="task"/><boundaryEvent id="tick" attachedToRef="task" cancelActivity="false"><timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></boundaryEvent>
            <userTask id="nag"/><endEvent id="e"/><f a="s" b="task"/><f a="tick" b="nag"/><f a="task" b="e"/>
            """).Start();
        var first = play.State!.Timers[0].TimerId;

        play.Now = play.Due("tick");
        play.Fire("tick").AtTasks("nag", "task");
        Assert.Equal(play.Now.AddHours(1), play.Due("tick"));
        Assert.Equal(RefusalCode.TimerGone, play.Refused(new Command.TriggerTimer(first)));

        play.Fire("tick").AtTasks("nag", "nag", "task");
        play.Complete("task");
        Assert.Empty(play.State!.Timers);
        play.Complete("nag").Complete("nag").Ended();
    }

    [Fact]
    public void A_late_cycle_keeps_its_rhythm_instead_of_drifting()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="task"/><boundaryEvent id="tick" attachedToRef="task" cancelActivity="false"><timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>
            <endEvent id="n"/><f a="s" b="task"/><f a="tick" b="n"/>
            """).Start();
        var due = play.Due("tick");

        play.Now = due.AddMinutes(40);
        play.Fire("tick");

        Assert.Equal(due.AddHours(1), play.Due("tick"));
        play.Fire("tick").Fire("tick");
        Assert.Empty(play.State!.Timers);
    }

    [Fact]
    public void A_timer_can_wait_until_some_working_days_after_a_date_of_the_campaign()
    {
        var play = Play.Of("""
            <startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition sop:offset="P3WD"><timeDate>= windowEnd</timeDate></timerEventDefinition></intermediateCatchEvent>
            <userTask id="write"/><f a="s" b="t"/><f a="t" b="write"/>
            """, """sop:zone="Asia/Shanghai" """);
        // Friday evening in Shanghai: three working days later is Wednesday.
        play.Start(("windowEnd", "2026-03-06T18:00:00+08:00"));

        Assert.Equal(new DateTimeOffset(2026, 3, 11, 10, 0, 0, TimeSpan.Zero), play.Due("t"));
        play.Fire("t").AtTasks("write");
    }

    [Fact]
    public void A_daily_cron_follows_the_zone_of_the_process()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="task"/><boundaryEvent id="daily" attachedToRef="task" cancelActivity="false"><timerEventDefinition><timeCycle>0 30 9 * * *</timeCycle></timerEventDefinition></boundaryEvent>
            <endEvent id="n"/><f a="s" b="task"/><f a="daily" b="n"/>
            """, """sop:zone="Asia/Shanghai" """).Start();

        Assert.Equal(new DateTimeOffset(2026, 3, 3, 1, 30, 0, TimeSpan.Zero), play.Due("daily"));
    }

    [Fact]
    public void A_timer_without_a_value_is_an_incident_at_its_element()
    {
        var play = Play.Of("""
            <startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDate>= launchTime</timeDate></timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>
            <f a="s" b="t"/><f a="t" b="e"/>
            """).Start();
        var incident = Assert.Single(play.State!.Incidents);
        Assert.Equal(("t", "timer-invalid"), (incident.ElementId, incident.Code));

        play.Do(new Command.RetryIncident(incident.IncidentId, Variables.Of(("launchTime", "2026-03-05T10:00:00Z"))));
        Assert.Equal(new DateTimeOffset(2026, 3, 5, 10, 0, 0, TimeSpan.Zero), play.Due("t"));
    }

    [Fact]
    public void One_message_goes_to_one_receiver_and_to_the_right_one()
    {
        var play = Play.Of("""
            <startEvent id="s"/><receiveTask id="r" messageRef="M"><multiInstanceLoopCharacteristics><loopDataInputRef>orders</loopDataInputRef><inputDataItem name="order"/></multiInstanceLoopCharacteristics></receiveTask>
            <userTask id="after"/><f a="s" b="r"/><f a="r" b="after"/>
            """, globals: """<message id="M" name="paid"><extensionElements><zeebe:subscription correlationKey="= order"/></extensionElements></message>""");
        play.Start(("orders", new List<object?> { "A", "B", "C" }));

        play.Message("paid", "B");

        Assert.Equal(["A", "C"], play.State!.Subscriptions.Select(s => s.Correlation));
        Assert.Equal(RefusalCode.NoReceiver, play.Refused(new Command.DeliverMessage("paid", "B", Variables.None)));
        play.Message("paid", "A").Message("paid", "C").AtTasks("after");
    }

    [Fact]
    public void An_error_is_caught_by_code_before_a_catch_all_and_interrupts()
    {
        const string Body = """
            <startEvent id="s"/><serviceTask id="work"><extensionElements><zeebe:taskDefinition type="x"/></extensionElements></serviceTask>
            <boundaryEvent id="any" attachedToRef="work"><errorEventDefinition/></boundaryEvent><boundaryEvent id="exact" attachedToRef="work"><errorEventDefinition errorRef="E"/></boundaryEvent>
            <userTask id="afterAny"/><userTask id="afterExact"/><endEvent id="e"/>
            <f a="s" b="work"/><f a="work" b="e"/><f a="any" b="afterAny"/><f a="exact" b="afterExact"/>
            """;
        const string Errors = """<error id="E" errorCode="DECLINED"/>""";
        Play Run(string? code)
        {
            var play = Play.Of(Body, globals: Errors).Start();
            return play.Do(new Command.FailWork(play.State!.Work[0].WorkId, code, "went wrong"));
        }

        Run("DECLINED").AtTasks("afterExact");
        Run("OTHER").AtTasks("afterAny");
        var stuck = Run(null);
        Assert.Equal("work-failed", Assert.Single(stuck.State!.Incidents).Code);

        stuck.Do(new Command.RetryIncident(stuck.State!.Incidents[0].IncidentId));
        stuck.Finish("work").Ended();
    }

    [Fact]
    public void An_error_that_nobody_catches_is_an_incident()
    {
        var play = Play.Of("""<startEvent id="s"/><endEvent id="e"><errorEventDefinition errorRef="E"/></endEvent><f a="s" b="e"/>""", globals: """<error id="E" errorCode="X"/>""").Start();
        Assert.Equal("error-uncaught", Assert.Single(play.State!.Incidents).Code);
    }

    [Fact]
    public void A_condition_fires_when_it_turns_true_and_again_only_after_it_was_false()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="task"/><boundaryEvent id="c" attachedToRef="task" cancelActivity="false"><conditionalEventDefinition><condition>stock &lt; 5</condition></conditionalEventDefinition></boundaryEvent>
            <userTask id="order"/><f a="s" b="task"/><f a="c" b="order"/>
            """).Start(("stock", 10));
        play.AtTasks("task");
        play.Set(("stock", 4)).AtTasks("order", "task");
        play.Set(("stock", 3)).AtTasks("order", "task");
        play.Set(("stock", 9)).Set(("stock", 1)).AtTasks("order", "order", "task");
    }

    [Fact]
    public void An_interrupting_event_subprocess_ends_its_scope_and_only_once()
    {
        var play = Play.Of("""
            <startEvent id="s"/><userTask id="task"/><f a="s" b="task"/>
            <subProcess id="stop" triggeredByEvent="true"><startEvent id="ss"><signalEventDefinition signalRef="S"/></startEvent><userTask id="cleanup"/><f id="i" a="ss" b="cleanup"/></subProcess>
            """, globals: """<signal id="S" name="halt"/>""").Start();
        play.Signal("halt").AtTasks("cleanup");
        play.Signal("halt").AtTasks("cleanup");
        play.Complete("cleanup").Ended();
    }

    [Fact]
    public void A_terminate_end_in_a_called_process_ends_only_that_process()
    {
        var called = Xml.Process("""
            <startEvent id="s"/><parallelGateway id="g"/><userTask id="stays"/><userTask id="kills"/><endEvent id="t"><terminateEventDefinition/></endEvent>
            <f a="s" b="g"/><f a="g" b="stays"/><f a="g" b="kills"/><f a="kills" b="t"/>
            """, id: "called");
        var play = Play.Of("""
            <startEvent id="s"/><parallelGateway id="g"/><callActivity id="call" calledElement="called"/><userTask id="beside"/><userTask id="after"/>
            <f a="s" b="g"/><f a="g" b="call"/><f a="g" b="beside"/><f a="call" b="after"/>
            """).With(called).Start();
        play.AtTasks("beside", "kills", "stays");

        play.Complete("kills").AtTasks("after", "beside");
    }

    [Fact]
    public void An_escalation_without_a_catcher_passes_and_a_signal_reaches_other_instances_through_the_host()
    {
        var play = Play.Of("""
            <startEvent id="s"/><intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="E"/></intermediateThrowEvent>
            <intermediateThrowEvent id="call"><signalEventDefinition signalRef="S"/></intermediateThrowEvent><endEvent id="e"/>
            <f a="s" b="up"/><f a="up" b="call"/><f a="call" b="e"/>
            """, globals: """<escalation id="E" escalationCode="late"/><signal id="S" name="halt"/>""").Start();
        play.Ended();
        Assert.Contains(play.Work, w => w is HostWork.BroadcastSignal { Name: "halt" });
    }
}
