using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Execution.Rehearsal;

/// <summary>Runs a process from start to end with stubbed answers and a virtual clock. Nothing outside is touched.</summary>
public sealed class DryRun
{
    private readonly ProcessDefinition process;
    private readonly DryRunPlan plan;
    private readonly InterpreterSettings settings;
    private readonly List<DryRunStep> steps = [];
    private readonly Dictionary<string, DateTimeOffset> dueAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> asked = new(StringComparer.Ordinal);
    private readonly DateTimeOffset start;
    private DateTimeOffset now;
    private ProcessInstance? state;

    private DryRun(ProcessDefinition process, DryRunPlan plan, DateTimeOffset start, InterpreterSettings settings)
    {
        (this.process, this.plan, this.settings) = (process, plan, settings);
        (this.start, now) = (start, start);
    }

    public static DryRunReport Play(ProcessDefinition process, DryRunPlan plan, DateTimeOffset start, InterpreterSettings settings) =>
        new DryRun(process, plan, start, settings).Play();

    private DryRunReport Play()
    {
        var stopped = Do(new Command.Start("dry-run", plan.Variables, "the owner"));
        for (var commands = 0; stopped is null && !state!.IsEnded; commands++)
            stopped = commands == plan.MaxCommands ? $"It took more than {plan.MaxCommands} steps; look for a loop." : Next();
        return Report(stopped);
    }

    private string? Next()
    {
        if (state!.Incidents is [var incident, ..])
            return $"Incident at '{incident.ElementId}': {incident.Message}";
        var (at, command) = Pending().OrderBy(p => p.At).FirstOrDefault();
        if (command is null)
            return $"It waits for ever at {string.Join(", ", state.ActiveElementIds.Select(e => $"'{e}'"))}.";
        if (at - start > plan.MaxTime)
            return $"It takes longer than {plan.MaxTime.TotalDays:0} days.";
        now = at > now ? at : now;
        return Do(command);
    }

    private IEnumerable<(DateTimeOffset At, Command? Command)> Pending()
    {
        foreach (var task in state!.Tasks)
        {
            var answer = Answer(task.ElementId);
            var outcome = answer.Outcome ?? (Element(task.ElementId) as UserTask)?.Outcomes.FirstOrDefault()?.Id;
            yield return (At(task.TaskId, answer.After ?? plan.TaskDuration), new Command.CompleteTask(
                task.TaskId, outcome, answer.Variables ?? Variables.None, $"{task.ElementId} {task.TaskId}", "dry run"));
        }
        foreach (var work in state.Work)
        {
            var answer = Answer(work.ElementId);
            yield return (At(work.WorkId, answer.After ?? plan.ServiceDuration), answer.ErrorCode is { } code
                ? new Command.FailWork(work.WorkId, code, "dry run", answer.Variables)
                : new Command.CompleteWork(work.WorkId, answer.Variables ?? Variables.None));
        }
        foreach (var timer in state.Timers)
            yield return (timer.Due, new Command.TriggerTimer(timer.TimerId));
        if (plan.MessageDelay is not { } delay)
            yield break;
        foreach (var wait in state.Subscriptions.Where(s => Element(s.ElementId) is IntermediateCatchEvent or ReceiveTask))
        {
            yield return (At(wait.SubscriptionId, delay), wait.Kind == SubscriptionKind.Message
                ? new Command.DeliverMessage(wait.Name, wait.Correlation, Variables.None)
                : new Command.BroadcastSignal(wait.Name, Variables.None));
        }
    }

    private FlowNode? Element(string id) => process.Find(id);

    private StubAnswer Answer(string elementId)
    {
        if (!plan.Answers.TryGetValue(elementId, out var answers) || answers.Length == 0)
            return new();
        return answers[Math.Min(asked.GetValueOrDefault(elementId), answers.Length - 1)];
    }

    private DateTimeOffset At(string id, TimeSpan after)
    {
        if (!dueAt.TryGetValue(id, out var due))
            dueAt.Add(id, due = now + after);
        return due;
    }

    private string? Do(Command command)
    {
        switch (Interpreter.Decide(process, state, command, now, settings))
        {
            case Decision.Refused refused:
                return refused.Reason;
            case Decision.Accepted accepted:
                Count(command);
                state = accepted.State;
                steps.AddRange(accepted.Events.Select(e => new DryRunStep(now, e)));
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void Count(Command command)
    {
        var element = command switch
        {
            Command.CompleteTask done => state!.Tasks.First(t => t.TaskId == done.TaskId).ElementId,
            Command.CompleteWork done => state!.Work.First(w => w.WorkId == done.WorkId).ElementId,
            Command.FailWork failed => state!.Work.First(w => w.WorkId == failed.WorkId).ElementId,
            _ => null,
        };
        if (element is not null)
            asked[element] = asked.GetValueOrDefault(element) + 1;
    }

    private DryRunReport Report(string? stopped) => new(
        state?.Status == InstanceStatus.Completed,
        start,
        now,
        steps.Select(s => s.Event).OfType<InstanceEvent.ElementCompleted>().Select(e => e.ElementId).ToList(),
        steps.Where(s => s.Event is InstanceEvent.StageEntered).Select(s => (((InstanceEvent.StageEntered)s.Event).StageId, s.At)).DistinctBy(s => s.StageId).ToList(),
        steps,
        state?.Variables ?? Variables.None,
        stopped);
}
