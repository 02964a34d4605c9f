using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Tests.Execution;

/// <summary>Chooses legal commands by number, keeps the rows a host would keep, and checks every state it passes.</summary>
internal sealed class RandomRun : IDefinitions
{
    private readonly ProcessDefinition process;
    private readonly InterpreterSettings settings;
    private readonly HashSet<string> tasks = [], timers = [], work = [], subscriptions = [];
    private DateTimeOffset now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    internal RandomRun(ProcessDefinition process)
    {
        this.process = process;
        settings = new(this, new WeekCalendar(TimeZoneInfo.Utc));
        // Everything that the standard SOP reads.
        Do(new Command.Start("run", Variables.FromJson("""
            {"launchAt":"2026-04-01T10:00:00Z","firstPhaseAt":"2026-04-01T10:00:00Z","windowEnd":"2026-04-12T10:00:00Z"}
            """), "owner"));
    }

    internal ProcessInstance? State { get; private set; }
    internal List<string> Log { get; } = [];
    internal int LargestState { get; private set; }

    internal void Play(IEnumerable<int> moves)
    {
        foreach (var move in moves)
        {
            if (State!.IsEnded)
                return;
            var legal = Legal(withInterruptions: true);
            if (legal.Count == 0)
                return;
            now += TimeSpan.FromMinutes((uint)move % 90);
            Do(legal[(int)((uint)move % (uint)legal.Count)]);
        }
    }

    /// <summary>Only does what is open; a sound process ends by that alone.</summary>
    internal void PlayToTheEnd()
    {
        for (var i = 0; !State!.IsEnded; i++)
        {
            var legal = Legal(withInterruptions: false);
            Assert.True(legal.Count > 0, $"stuck at {string.Join(", ", State.ActiveElementIds)}");
            Assert.True(i < 5_000, "does not end");
            LargestState = Math.Max(LargestState, System.Text.Encoding.UTF8.GetByteCount(State.ToJson()));
            if (legal[0] is Command.TriggerTimer timer)
                now = State.Timers.First(t => t.TimerId == timer.TimerId).Due;
            Do(legal[0]);
        }
    }

    public ProcessDefinition? FindProcess(string processId) => null;

    public DecisionAnswer? Evaluate(string decisionId, Variables inputs) => new(new Dictionary<string, object?>
    {
        ["level"] = "HIGH",
        ["signers"] = new List<object?> { "finance", "executive" },
    }, []);

    private List<Command> Legal(bool withInterruptions)
    {
        var commands = new List<Command>();
        foreach (var task in State!.Tasks)
        {
            var outcomes = ((UserTask)process.Find(task.ElementId)!).Outcomes;
            if (outcomes.Length == 0)
                commands.Add(new Command.CompleteTask(task.TaskId, null, Variables.None, $"by-{task.ElementId}-{task.TaskId}"));
            foreach (var outcome in outcomes)
                commands.Add(new Command.CompleteTask(task.TaskId, outcome.Id, Variables.None, $"by-{task.ElementId}-{task.TaskId}", "because"));
        }
        commands.AddRange(State.Work.Select(w => new Command.CompleteWork(w.WorkId, Variables.Of(("packageChanged", false), ("drift", 0.1m)))));
        commands.AddRange(State.Timers.OrderBy(t => t.Due).Select(t => new Command.TriggerTimer(t.TimerId)));
        if (withInterruptions)
        {
            commands.AddRange(State.Subscriptions.Select(s => s.Kind == SubscriptionKind.Message
                ? (Command)new Command.DeliverMessage(s.Name, s.Correlation, Variables.None) : new Command.BroadcastSignal(s.Name, Variables.None)));
            commands.AddRange(process.Stages.Take(2).Select(s => new Command.SendBack(s.Id, "again", "boss")));
            commands.Add(new Command.SetVariables(Variables.Of(("noise", 1))));
        }
        return commands;
    }

    private void Do(Command command)
    {
        var decision = Assert.IsType<Decision.Accepted>(Interpreter.Decide(process, State, command, now, settings));
        var restored = State is null ? null : ProcessInstance.FromJson(State.ToJson());
        var again = Assert.IsType<Decision.Accepted>(Interpreter.Decide(process, restored, command, now, settings));
        Assert.Equal(decision.State.ToJson(), again.State.ToJson());
        Assert.Equal(decision.Events.Select(e => e.ToString()), again.Events.Select(e => e.ToString()));
        Assert.Equal(decision.State.ToJson(), ProcessInstance.FromJson(decision.State.ToJson()).ToJson());
        State = decision.State;
        Log.Add(command.ToString());
        Log.AddRange(decision.Events.Select(e => e.ToString()));
        Carry(command, decision);
        CheckTree();
    }

    private void Carry(Command command, Decision.Accepted decision)
    {
        switch (command)
        {
            case Command.CompleteTask done: Assert.True(tasks.Remove(done.TaskId)); break;
            case Command.CompleteWork done: Assert.True(work.Remove(done.WorkId)); break;
            case Command.TriggerTimer fired: Assert.True(timers.Remove(fired.TimerId)); break;
        }
        foreach (var wanted in decision.Work)
        {
            // A row is never created twice and never removed twice.
            Assert.True(wanted switch
            {
                HostWork.CreateTask create => tasks.Add(create.TaskId),
                HostWork.CancelTask cancel => tasks.Remove(cancel.TaskId),
                HostWork.RunService run => work.Add(run.WorkId),
                HostWork.CancelWork cancel => work.Remove(cancel.WorkId),
                HostWork.ScheduleTimer schedule => timers.Add(schedule.TimerId),
                HostWork.CancelTimer cancel => timers.Remove(cancel.TimerId),
                HostWork.OpenSubscription open => subscriptions.Add(open.SubscriptionId),
                HostWork.CloseSubscription close => subscriptions.Remove(close.SubscriptionId),
                _ => true,
            }, $"{command}: {wanted}");
        }
        Assert.Equal(tasks.Order(), State!.Tasks.Select(t => t.TaskId).Order());
        Assert.Equal(work.Order(), State.Work.Select(w => w.WorkId).Order());
        Assert.Equal(timers.Order(), State.Timers.Select(t => t.TimerId).Order());
        Assert.Equal(subscriptions.Order(), State.Subscriptions.Select(s => s.SubscriptionId).Order());
    }

    private void CheckTree()
    {
        Assert.Empty(State!.Incidents);
        if (State.IsEnded)
        {
            Assert.Empty(State.Nodes);
            Assert.Empty(State.Waits);
            return;
        }
        var ids = State.Nodes.Select(n => n.Id).ToHashSet();
        Assert.Equal(State.Nodes.Length, ids.Count);
        Assert.Single(State.Nodes, n => n.Parent == 0);
        foreach (var node in State.Nodes)
        {
            Assert.True(node.Parent == 0 || ids.Contains(node.Parent));
            Assert.True(node.Id < State.Next);
            Assert.True(node.Phase is Phase.Active or Phase.Joining, $"{node.Element} is {node.Phase}");
            if (node.Phase == Phase.Joining)
                Assert.Contains(process.Find(node.Element)!.Incoming, f => f.Id == node.Flow);
            if (node.Kind == NodeKind.Body)
                Assert.Equal(node.Loop!.Active, State.Nodes.Count(n => n.Parent == node.Id));
        }
        Assert.All(State.Waits, w => Assert.Contains(w.Owner, ids));
    }
}
