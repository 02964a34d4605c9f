using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Execution;

/// <summary>Drives one instance in a test. The state is written and read back before every command.</summary>
internal sealed class Play : IDefinitions
{
    private readonly Dictionary<string, ProcessDefinition> processes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<Variables, DecisionAnswer>> decisions = new(StringComparer.Ordinal);

    internal Play(ProcessDefinition process, IWorkingCalendar? calendar = null)
    {
        Process = process;
        processes[process.Id] = process;
        Settings = new(this, calendar ?? new WeekCalendar(TimeZoneInfo.Utc));
    }

    internal ProcessDefinition Process { get; set; }
    internal InterpreterSettings Settings { get; set; }

    /// <summary>A Monday morning.</summary>
    internal DateTimeOffset Now { get; set; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    internal ProcessInstance? State { get; private set; }
    internal List<InstanceEvent> Events { get; } = [];
    internal List<HostWork> Work { get; } = [];

    /// <summary>Work of the last command only.</summary>
    internal IReadOnlyList<HostWork> LastWork { get; private set; } = [];

    internal static Play Of(string body, string attributes = "", string globals = "") => new(Xml.Process(body, attributes, globals));

    internal Play With(params ProcessDefinition[] called)
    {
        foreach (var process in called)
            processes[process.Id] = process;
        return this;
    }

    internal Play WithDecision(string id, Func<Variables, DecisionAnswer> answer)
    {
        decisions[id] = answer;
        return this;
    }

    internal Play Start(params (string, object?)[] variables) => Do(new Command.Start("test", Variables.Of(variables), "owner"));

    internal Play Do(Command command)
    {
        switch (TryDo(command))
        {
            case Decision.Refused refused: Assert.Fail($"{command} was refused: {refused.Reason}"); break;
        }
        return this;
    }

    internal RefusalCode Refused(Command command) => Assert.IsType<Decision.Refused>(TryDo(command)).Code;

    internal Decision TryDo(Command command)
    {
        var state = State is null ? null : ProcessInstance.FromJson(State.ToJson());
        Assert.Equal(State?.ToJson(), state?.ToJson());
        var decision = Interpreter.Decide(Process, state, command, Now, Settings);
        if (decision is Decision.Accepted accepted)
        {
            State = accepted.State;
            Events.AddRange(accepted.Events);
            Work.AddRange(accepted.Work);
            LastWork = accepted.Work;
        }
        return decision;
    }

    internal Play Complete(string element, string? outcome = null, string by = "someone", string? reason = null, params (string, object?)[] variables)
    {
        var task = State!.Tasks.FirstOrDefault(t => t.ElementId == element);
        Assert.True(task is not null, $"No open task '{element}'; open: {string.Join(", ", Tasks)}");
        return Do(new Command.CompleteTask(task.TaskId, outcome, Variables.Of(variables), by, reason));
    }

    internal Play Finish(string element, params (string, object?)[] variables) =>
        Do(new Command.CompleteWork(State!.Work.First(w => w.ElementId == element).WorkId, Variables.Of(variables)));

    internal Play Fire(string element) => Do(new Command.TriggerTimer(State!.Timers.First(t => t.ElementId == element).TimerId));

    internal Play Message(string name, string? correlation = null, params (string, object?)[] variables) =>
        Do(new Command.DeliverMessage(name, correlation, Variables.Of(variables)));

    internal Play Signal(string name) => Do(new Command.BroadcastSignal(name, Variables.None));

    internal Play Set(params (string, object?)[] variables) => Do(new Command.SetVariables(Variables.Of(variables)));

    internal IReadOnlyList<string> Tasks => State!.Tasks.Select(t => t.ElementId).Order(StringComparer.Ordinal).ToList();

    internal string TaskId(string element) => State!.Tasks.First(t => t.ElementId == element).TaskId;

    internal DateTimeOffset Due(string timerElement) => State!.Timers.First(t => t.ElementId == timerElement).Due;

    internal bool HasEnded => State!.Status == InstanceStatus.Completed;

    internal int Count(string element) => Events.OfType<InstanceEvent.ElementCompleted>().Count(e => e.ElementId == element);

    internal void AtTasks(params string[] elements) => Assert.Equal(elements.Order(StringComparer.Ordinal), Tasks);

    internal void Ended()
    {
        Assert.True(HasEnded, $"{State!.Status}, at {string.Join(", ", State.ActiveElementIds)}; incidents: {string.Join("; ", State.Incidents.Select(i => i.Message))}");
        Assert.Empty(State!.Tasks);
        Assert.Empty(State.Timers);
        Assert.Empty(State.Subscriptions);
    }

    public ProcessDefinition? FindProcess(string processId) => processes.GetValueOrDefault(processId);

    public DecisionAnswer? Evaluate(string decisionId, Variables inputs) =>
        decisions.TryGetValue(decisionId, out var answer) ? answer(inputs) : null;
}
