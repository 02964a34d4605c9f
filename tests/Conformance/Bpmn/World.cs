using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Conformance.Bpmn;

/// <summary>A tiny host: instances in memory, a clock that is moved by hand, messages and signals between instances.</summary>
internal sealed class World : IDefinitions
{
    private readonly Dictionary<string, ProcessDefinition> processes = new(StringComparer.Ordinal);
    private readonly List<Running> instances = [];
    private readonly List<(StartTime Time, ProcessDefinition Process, StartEvent Start)> timerStarts = [];
    private readonly InterpreterSettings settings;

    internal World() => settings = new(this, new WeekCalendar(TimeZoneInfo.Utc));

    internal DateTimeOffset Now { get; private set; } = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    internal Dictionary<string, int> Completed { get; } = new(StringComparer.Ordinal);

    /// <summary>Why the last step did not go through; null if it did.</summary>
    internal string? Failure { get; private set; }
    internal IReadOnlyList<Running> Instances => instances;

    internal void Deploy(BpmnDefinitions definitions)
    {
        foreach (var process in definitions.Processes)
        {
            processes[process.Id] = process;
            foreach (var start in process.TriggeredStarts)
            {
                if (start.Trigger is EventTrigger.Timer && StartTimes.First(process, start, Now, settings.Calendar) is { } time)
                    timerStarts.Add((time, process, start));
            }
        }
    }

    internal void BeginStep() => Failure = null;

    internal void Fail(string reason) => Failure ??= reason;

    internal void Start(string processId, Variables variables, string? startId = null)
    {
        if (!processes.TryGetValue(processId, out var process))
        {
            Fail($"There is no process '{processId}'.");
            return;
        }
        var running = new Running(process, null);
        instances.Add(running);
        Do(running, new Command.Start($"case-{instances.Count}", variables, StartElementId: startId));
        if (running.State is null)
            instances.Remove(running);
    }

    internal void Complete(string element, Variables variables)
    {
        foreach (var running in instances)
        {
            if (running.State?.Tasks.FirstOrDefault(t => t.ElementId == element) is { } task)
            {
                Do(running, new Command.CompleteTask(task.TaskId, null, variables, "someone"));
                return;
            }
        }
        Fail($"No open task '{element}'.");
    }

    internal void Message(string name, string? correlation, Variables variables)
    {
        foreach (var running in instances)
        {
            if (running.State?.Subscriptions.Any(s => s.Kind == SubscriptionKind.Message && s.Name == name) != true)
                continue;
            Do(running, new Command.DeliverMessage(name, correlation, variables));
            return;
        }
        if (!StartBy(t => t is EventTrigger.Message message && message.Reference.Name.Literal == name, variables))
            Fail($"Nothing waits for message '{name}'.");
    }

    internal void Signal(string name, Variables variables, Running? except = null)
    {
        foreach (var running in instances.ToList())
        {
            if (running != except && running.State is { IsEnded: false })
                Do(running, new Command.BroadcastSignal(name, variables));
        }
        StartBy(t => t is EventTrigger.Signal signal && signal.Name.Literal == name, variables);
    }

    internal bool StartBy(Func<EventTrigger?, bool> matches, Variables variables)
    {
        var starts = processes.Values.SelectMany(p => p.TriggeredStarts.Where(s => matches(s.Trigger)).Select(s => (p, s))).ToList();
        foreach (var (process, start) in starts)
            Start(process.Id, variables, start.Id);
        return starts.Count > 0;
    }

    internal void SetVariables(Variables variables)
    {
        foreach (var running in instances.Where(r => r.State is { IsEnded: false }))
            Do(running, new Command.SetVariables(variables));
    }

    internal IReadOnlyList<string> Advance(TimeSpan by)
    {
        var until = Now + by;
        var fired = new List<string>();
        while (true)
        {
            var due = instances.Where(r => r.State is not null)
                .SelectMany(r => r.State!.Timers.Select(t => (t.Due, Running: (Running?)r, Id: t.TimerId, t.ElementId)))
                .Concat(timerStarts.Select(t => (t.Time.Due, (Running?)null, t.Start.Id, t.Start.Id)))
                .Where(t => t.Due <= until).OrderBy(t => t.Due).ToList();
            if (due.Count == 0 || fired.Count > 10_000)
                break;
            var (at, running, id, element) = due[0];
            Now = at > Now ? at : Now;
            fired.Add(element);
            if (running is not null)
                Do(running, new Command.TriggerTimer(id));
            else
                FireStart(id);
        }
        Now = until;
        return fired;
    }

    public ProcessDefinition? FindProcess(string processId) => processes.GetValueOrDefault(processId);

    public DecisionAnswer? Evaluate(string decisionId, Variables inputs) => null;

    private void FireStart(string startId)
    {
        var entry = timerStarts.First(t => t.Start.Id == startId);
        timerStarts.Remove(entry);
        if (StartTimes.After(entry.Process, entry.Start, entry.Time, Now, settings.Calendar) is { } next)
            timerStarts.Add((next, entry.Process, entry.Start));
        Start(entry.Process.Id, Variables.None, startId);
    }

    private void Do(Running running, Command command)
    {
        // Every step goes through the stored form, so that the suite also tests saving and restoring.
        var state = running.State is null ? null : ProcessInstance.FromJson(running.State.ToJson());
        switch (Interpreter.Decide(running.Process, state, command, Now, settings))
        {
            case Decision.Refused refused:
                Fail(refused.Reason);
                break;
            case Decision.Accepted accepted:
                running.State = accepted.State;
                Note(accepted.Events);
                foreach (var work in accepted.Work)
                    Carry(running, work);
                break;
        }
    }

    private void Note(IReadOnlyList<InstanceEvent> events)
    {
        foreach (var happened in events)
        {
            switch (happened)
            {
                case InstanceEvent.ElementCompleted completed:
                    Completed[completed.ElementId] = Completed.GetValueOrDefault(completed.ElementId) + 1;
                    break;
                case InstanceEvent.IncidentRaised incident:
                    Fail($"Incident at {incident.ElementId}: {incident.Message}");
                    break;
            }
        }
    }

    private void Carry(Running running, HostWork work)
    {
        switch (work)
        {
            case HostWork.BroadcastSignal signal: Signal(signal.Name, signal.Variables, running); break;
            case HostWork.PublishMessage message: Publish(message); break;
            case HostWork.RunService service: Do(running, new Command.CompleteWork(service.WorkId, Variables.None)); break;
        }
    }

    // Unlike a message step of a case, a message that a process sends to nobody is no failure.
    private void Publish(HostWork.PublishMessage message)
    {
        var before = Failure;
        Message(message.Name, message.Correlation, message.Variables);
        Failure = before;
    }
}

internal sealed class Running(ProcessDefinition process, ProcessInstance? state)
{
    internal ProcessDefinition Process => process;
    internal ProcessInstance? State { get; set; } = state;
}
