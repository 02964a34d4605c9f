using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Sops;

/// <summary>Walks a shipped SOP as the host would; the state goes through its stored form between any two commands.</summary>
internal sealed class SopWalk : IDefinitions
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private readonly InterpreterSettings _settings;
    private static readonly DmnModel Risk = DmnReader.Read(Resource("Decisions/campaign-risk.dmn"));
    private readonly decimal _rewardCap;

    /// <param name="rewardCap">Decides the level: up to 50 LOW, up to 500 MEDIUM, above HIGH.</param>
    public SopWalk(string sop, decimal rewardCap = 10)
    {
        Definition = Shipped(sop).Require().Main;
        _rewardCap = rewardCap;
        _settings = new(this, new WeekCalendar(Shanghai));
        Accept(new Command.Start("c-1", Variables.Of(
            ("launchAt", "2026-12-08T00:00:00+08:00"), ("firstPhaseAt", "2026-12-05T10:00:00+08:00"),
            ("windowEnd", "2026-12-19T18:00:00+08:00"), ("standing", Array.Empty<string>())), "lin"));
    }

    public ProcessDefinition Definition { get; }

    public ProcessInstance State { get; private set; } = null!;

    public DateTimeOffset Now { get; private set; } = new(2026, 11, 23, 9, 0, 0, TimeSpan.FromHours(8));

    /// <summary>Service tasks that ran, in order.</summary>
    public List<string> Ran { get; } = [];

    public string[] OpenTasks => [.. State.Tasks.Select(task => task.ElementId).Order(StringComparer.Ordinal)];

    public Dictionary<string, DateTimeOffset?> Due { get; } = [];

    public static BpmnReading Shipped(string name)
    {
        using var stream = typeof(BpmnReader).Assembly.GetManifestResourceStream($"Sops/{name}.bpmn")!;
        return BpmnReader.Read(stream);
    }

    public static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(BpmnReader).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    public static IEnumerable<string> Resources(string folder) =>
        typeof(BpmnReader).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal));

    public Decision Try(string element, string outcome, string by, string? reason = null)
    {
        var task = State.Tasks.First(task => task.ElementId == element);   // of a quorum's tasks any
        return Interpreter.Decide(Definition, State, new Command.CompleteTask(task.TaskId, outcome, Variables.None, by, reason), Now, _settings);
    }

    public SopWalk Do(string element, string outcome, string by, string? reason = null)
    {
        Take(Try(element, outcome, by, reason));
        return this;
    }

    public SopWalk Serve(string element, params ReadOnlySpan<(string Name, object? Value)> variables)
    {
        var work = State.Work.Single(work => work.ElementId == element);
        Accept(new Command.CompleteWork(work.WorkId, Variables.Of(variables)));
        return this;
    }

    public SopWalk Set(params ReadOnlySpan<(string Name, object? Value)> variables)
    {
        Accept(new Command.SetVariables(Variables.Of(variables)));
        return this;
    }

    public SopWalk Message(string name)
    {
        Accept(new Command.DeliverMessage(name, null, Variables.None));
        return this;
    }

    /// <summary>Moves the clock to the timer of an element and fires it.</summary>
    public SopWalk Elapse(string element)
    {
        var timer = State.Timers.Single(timer => timer.ElementId == element);
        Now = timer.Due > Now ? timer.Due : Now;
        Accept(new Command.TriggerTimer(timer.TimerId));
        return this;
    }

    public SopWalk Signed()
    {
        Do("write-brief", "submit", "lin").Do("review-brief", "approve", "head");
        Do("risk-sign", "approve", "risk").Do("compliance-sign", "approve", "compliance").Do("consumer-protection-sign", "approve", "protection");
        if (_rewardCap > 50)
            Do("finance-sign", "approve", "finance");
        if (_rewardCap > 500)
            Do("executive-sign", "approve", "executive");
        return this;
    }

    public SopWalk Built() =>
        Signed().Do("configure", "done", "platform").Do("test-send", "pass", "tester").Serve("compare-hash", ("packageChanged", false));

    public SopWalk Running() =>
        Built().Do("launch-check", "launch", "launcher").Serve("freeze-audience").Serve("check-drift", ("drift", 0.02m)).Elapse("first-phase").Serve("start-reachouts");

    public ProcessDefinition? FindProcess(string processId) => null;

    public DecisionAnswer? Evaluate(string decisionId, Variables inputs)
    {
        var facts = new Dictionary<string, object?>
        {
            ["worst_case_cost"] = 100m, ["audience"] = 10m, ["reward_cap"] = _rewardCap, ["mechanic"] = "coupon", ["new_mechanic"] = false, ["has_partner"] = false,
        };
        return new(Risk.Evaluate(decisionId, FeelScope.From(facts)).Value, []);
    }

    private void Accept(Command command) => Take(Interpreter.Decide(Definition, State, command, Now, _settings));

    private void Take(Decision decision)
    {
        var accepted = decision as Decision.Accepted ?? throw new InvalidOperationException(((Decision.Refused)decision).Reason);
        State = ProcessInstance.FromJson(accepted.State.ToJson());
        if (State.Incidents.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, State.Incidents));
        Ran.AddRange(accepted.Work.OfType<HostWork.RunService>().Select(work => work.Type));
        foreach (var task in accepted.Work.OfType<HostWork.CreateTask>())
            Due[task.ElementId] = task.Due;
    }
}
