using System.Diagnostics;
using System.Globalization;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Benchmarks.Bpmn;

/// <summary>Process instances per second in memory, on one core: start, complete every task, end.</summary>
internal sealed class BpmnBenchmark : IDefinitions
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly ProcessDefinition process;
    private readonly InterpreterSettings settings;

    private BpmnBenchmark(string file)
    {
        process = BpmnReader.Read(File.ReadAllText(file).Replace("CONDITION", "= amount &gt; 100", StringComparison.Ordinal)).Require().Main;
        settings = new(this, new WeekCalendar(TimeZoneInfo.Utc));
    }

    internal static int Run(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5;
        var benchmark = new BpmnBenchmark(Path.Combine(AppContext.BaseDirectory, "Bpmn", "six-stages.bpmn"));
        benchmark.Report("Orchestrator", TimeSpan.FromSeconds(seconds), stored: false);
        benchmark.Report("Orchestrator, stored", TimeSpan.FromSeconds(seconds), stored: true);
        return 0;
    }

    public ProcessDefinition? FindProcess(string processId) => null;

    public DecisionAnswer? Evaluate(string decisionId, Variables inputs) => null;

    private void Report(string name, TimeSpan time, bool stored)
    {
        Measure(TimeSpan.FromSeconds(2), stored);
        var (instances, tasks, elapsed) = Measure(time, stored);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-22} {instances / elapsed.TotalSeconds,9:0} instances/s  ({instances} completed, {(double)tasks / instances:0.0} tasks each)"));
    }

    private (int Instances, int Tasks, TimeSpan Elapsed) Measure(TimeSpan time, bool stored)
    {
        var (instances, tasks) = (0, 0);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
            tasks += Play(instances++ % 2 == 0 ? 500 : 50, stored);
        return (instances, tasks, watch.Elapsed);
    }

    private int Play(int amount, bool stored)
    {
        var state = Decide(null, new Command.Start("b", Variables.Of(("amount", amount))), stored);
        var tasks = 0;
        for (; !state.IsEnded; tasks++)
            state = Decide(state, new Command.CompleteTask(state.Tasks[0].TaskId, null, Variables.None, "anna"), stored);
        return tasks;
    }

    // Stored: every step also writes the state and reads it back, as a host with a database does.
    private ProcessInstance Decide(ProcessInstance? state, Command command, bool stored)
    {
        if (Interpreter.Decide(process, state, command, Now, settings) is not Decision.Accepted accepted)
            throw new InvalidOperationException("The benchmark's process refused a command.");
        return stored ? ProcessInstance.FromJson(accepted.State.ToJson()) : accepted.State;
    }
}
