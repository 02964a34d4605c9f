using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.State;
using Orchestrator.Workflows.Execution.Timing;

namespace Orchestrator.Workflows.Execution;

/// <summary>Timers, subscriptions and conditions that nodes wait for.</summary>
internal sealed partial class Turn
{
    private readonly List<Wait> waits = [];

    internal IReadOnlyList<Wait> Waits => waits;

    internal Wait? FindWait(WaitKind kind, string publicId) => waits.Find(w => w.Kind == kind && w.PublicId == publicId);

    /// <summary>Opens what an event waits for. Error, escalation, compensation and link events wait for nothing: they are found when thrown.</summary>
    internal void OpenWait(Node owner, FlowNode element, EventTrigger? trigger)
    {
        switch (trigger)
        {
            case EventTrigger.Timer timer: OpenTimer(owner, element, timer.Rule); break;
            case EventTrigger.Message message: OpenMessage(owner, element, message.Reference); break;
            case EventTrigger.Signal signal:
                OpenSubscription(new(NextNumber(), owner.Id, element.Id, WaitKind.Signal) { Name = EvaluateText(owner, signal.Name, "The signal's name") });
                break;
            case EventTrigger.Conditional:
                waits.Add(new(NextNumber(), owner.Id, element.Id, WaitKind.Condition));
                variablesChanged = true;
                break;
        }
    }

    internal void OpenMessage(Node owner, FlowNode element, MessageReference reference)
    {
        var key = reference.CorrelationKey is { } expression
            ? EvaluateText(owner, new TextOrExpression(null, expression), "The correlation key") : null;
        OpenSubscription(new(NextNumber(), owner.Id, element.Id, WaitKind.Message)
        {
            Name = EvaluateText(owner, reference.Name, "The message's name"),
            Correlation = key,
        });
    }

    /// <summary>Closes everything a node waits for.</summary>
    internal void CloseWaits(Node owner)
    {
        for (var i = 0; i < waits.Count;)
        {
            if (waits[i].Owner == owner.Id)
                CloseAt(i);
            else
                i++;
        }
    }

    internal void CloseWaits(Predicate<Wait> which)
    {
        for (var i = 0; i < waits.Count;)
        {
            if (which(waits[i]))
                CloseAt(i);
            else
                i++;
        }
    }

    /// <summary>A timer has fired: plans the next firing of a cycle, else takes it out.</summary>
    internal void Consume(Wait wait, bool repeats)
    {
        var index = waits.IndexOf(wait);
        if (index < 0)
            return;
        waits.RemoveAt(index);
        if (wait.Kind is WaitKind.Message or WaitKind.Signal)
        {
            if (repeats)
                waits.Insert(index, wait);
            else
                Ask(new HostWork.CloseSubscription(wait.PublicId));
        }
        else if (wait.Kind == WaitKind.Condition && repeats)
        {
            waits.Insert(index, wait with { Held = true });
        }
        else if (wait.Kind == WaitKind.Timer && repeats)
        {
            Reschedule(wait);
        }
    }

    internal TimeZoneInfo ZoneOf(Node owner, TimerRule rule) => TimerPlan.Zone(rule.Zone ?? ProcessOf(owner).Zone, Settings.Calendar);

    internal void Replace(Wait old, Wait changed) => waits[waits.IndexOf(old)] = changed;

    private void OpenTimer(Node owner, FlowNode element, TimerRule rule)
    {
        var plan = TimerPlan.For(
            rule, Evaluate(owner, rule.Value), Evaluate(owner, rule.Offset), Now, Settings.Calendar, ProcessOf(owner).Zone, out var reason)
            ?? throw new StepFailedException("timer-invalid", $"{reason} (at '{element.Id}')");
        AddTimer(new(NextNumber(), owner.Id, element.Id, WaitKind.Timer) { Due = plan.Due, Remaining = plan.Remaining, Cycle = plan.Cycle });
    }

    private void Reschedule(Wait wait)
    {
        var owner = nodes[wait.Owner];
        var rule = ((EventTrigger.Timer)((EventNode)ElementAt(owner, wait.Element)).Trigger!).Rule;
        if (new TimerPlan(wait.Due, wait.Remaining, wait.Cycle).Next(Now, Settings.Calendar, ZoneOf(owner, rule)) is { } plan)
            AddTimer(wait with { Id = NextNumber(), Due = plan.Due, Remaining = plan.Remaining });
    }

    private void AddTimer(Wait wait)
    {
        waits.Add(wait);
        Emit(new InstanceEvent.TimerScheduled(wait.PublicId, wait.Element, wait.Due));
        Ask(new HostWork.ScheduleTimer(wait.PublicId, wait.Element, wait.Due));
    }

    private void OpenSubscription(Wait wait)
    {
        waits.Add(wait);
        var kind = wait.Kind == WaitKind.Message ? SubscriptionKind.Message : SubscriptionKind.Signal;
        Ask(new HostWork.OpenSubscription(wait.PublicId, kind, wait.Name!, wait.Correlation));
    }

    private void CloseAt(int index)
    {
        var wait = waits[index];
        waits.RemoveAt(index);
        if (wait.Kind == WaitKind.Timer)
        {
            Emit(new InstanceEvent.TimerCancelled(wait.PublicId, wait.Element));
            Ask(new HostWork.CancelTimer(wait.PublicId));
        }
        else if (wait.Kind is WaitKind.Message or WaitKind.Signal)
        {
            Ask(new HostWork.CloseSubscription(wait.PublicId));
        }
    }

    // A condition fires when it turns true, not as long as it is true; null counts as not true.
    internal void LookAtConditions()
    {
        variablesChanged = false;
        foreach (var wait in waits.Where(w => w.Kind == WaitKind.Condition).ToList())
        {
            if (!waits.Contains(wait) || !nodes.TryGetValue(wait.Owner, out var owner))
                continue;
            var trigger = (EventTrigger.Conditional)((EventNode)ElementAt(owner, wait.Element)).Trigger!;
            var holds = Evaluate(owner, trigger.Condition) is true;
            if (holds && !wait.Held)
            {
                Emit(new InstanceEvent.ConditionMet(wait.Element));
                Firing.Fire(this, wait, Variables.None);
            }
            else if (holds != wait.Held)
            {
                Replace(wait, wait with { Held = holds });
            }
        }
    }
}
