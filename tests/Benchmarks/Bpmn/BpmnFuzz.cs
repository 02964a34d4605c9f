using System.Diagnostics;
using System.Globalization;
using System.Text;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Bpmn.Lint;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Benchmarks.Bpmn;

/// <summary>Mutated BPMN files: the reader must answer, never throw; what it accepts is linted and started.</summary>
internal sealed class BpmnFuzz : IDefinitions
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(30);

    private readonly InterpreterSettings settings;

    private BpmnFuzz() => settings = new(this, new WeekCalendar(TimeZoneInfo.Utc)) { MaxStepsPerCommand = 2_000 };

    internal static int Run(string[] arguments)
    {
        var inputs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000;
        var random = new Random(arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1);
        var fuzz = new BpmnFuzz();
        var seeds = Seeds();
        var (accepted, slowest, watch) = (0, TimeSpan.Zero, Stopwatch.StartNew());
        for (var i = 0; i < inputs; i++)
        {
            var xml = Mutate(seeds[random.Next(seeds.Count)], random);
            var start = watch.Elapsed;
            accepted += fuzz.Try(xml) ? 1 : 0;
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (watch.Elapsed - start).Ticks));
            if (slowest > TooLong)
            {
                Console.WriteLine($"Input {i} took {slowest.TotalSeconds:0.0} s.");
                return 1;
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{inputs} inputs in {watch.Elapsed.TotalSeconds:0} s: {accepted} accepted and started, none threw; slowest {slowest.TotalMilliseconds:0} ms; {GC.GetTotalMemory(true) / 1_000_000} MB held."));
        return 0;
    }

    public ProcessDefinition? FindProcess(string processId) => null;

    public DecisionAnswer? Evaluate(string decisionId, Variables inputs) => null;

    private bool Try(string xml)
    {
        if (BpmnReader.Read(xml).Definitions is not { } definitions)
            return false;
        foreach (var process in definitions.Processes)
        {
            SopLint.Check(process, new LintSurroundings());
            if (Interpreter.Decide(process, null, new Command.Start("fuzz", Variables.None), Now, settings) is Decision.Accepted started)
                ProcessInstance.FromJson(started.State.ToJson());
        }
        return true;
    }

    private static List<string> Seeds()
    {
        var assembly = typeof(BpmnReader).Assembly;
        var seeds = new List<string> { File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Bpmn", "six-stages.bpmn")) };
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".bpmn", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            seeds.Add(reader.ReadToEnd());
        }
        return seeds;
    }

    private static string Mutate(string seed, Random random)
    {
        var text = new StringBuilder(seed);
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(text.Length - 60);
            var length = random.Next(1, 50);
            switch (random.Next(4))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, text.ToString(random.Next(text.Length - 60), length)); break;
                case 2: text[at] = (char)random.Next(32, 0xD7FF); break;
                default: text.Replace("userTask", "subProcess", at, Math.Min(2_000, text.Length - at)); break;
            }
        }
        return text.ToString();
    }
}
