using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Benchmarks.Feel;

/// <summary>
/// FEEL evaluations and a 50-rule decision table per second on one core, beside npm's feelin on the same expressions. feelin reads
/// an expression each time it evaluates it; ours is shown compiled once (as the product uses it) and read each time as well.
/// </summary>
internal static class FeelBenchmark
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1.5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Feel");
        var cases = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "cases.json"))).RootElement;
        var theirs = arguments.Contains("--alone") ? null : await FeelinProcess.RunAsync(folder, Time);
        var variables = FeelScope.From((FeelContext)FeelJson.FromJson(cases.GetProperty("variables"))!);

        Console.WriteLine($"{"expression",-64}{"compiled/s",14}{"read each/s",14}{"feelin/s",12}{"ratio",8}{"same kind",11}");
        var (texts, index) = (cases.GetProperty("expressions").EnumerateArray().Select(text => text.GetString()!), 0);
        foreach (var text in texts)
        {
            var expression = FeelExpression.Compile(text);
            var compiled = Rate(() => expression.Evaluate(variables));
            var read = Rate(() => FeelExpression.Compile(text).Evaluate(variables));
            Print(text, compiled, read, theirs?.GetProperty("rates")[index++].GetDouble());
        }

        var model = DmnReader.Read(BenchmarkTable.Xml(cases));
        var inputs = variables;
        var found = model.Evaluate("offer", inputs).Value;
        if (theirs is not null && !Equals(found, theirs.Value.GetProperty("tableValue").GetDecimal()))
        {
            Console.Error.WriteLine($"The table gives {found} here and {theirs.Value.GetProperty("tableValue")} with feelin.");
            return 1;
        }

        Print("decision table, 50 rules × 3 inputs, FIRST", Rate(() => model.Evaluate("offer", inputs)), null, theirs?.GetProperty("table").GetDouble());
        return 0;
    }

    private static double Rate(Action run)
    {
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < Time / 3;)
        {
            run();
        }

        var (count, clock) = (0L, Stopwatch.StartNew());
        for (; clock.Elapsed < Time; count += 50)
        {
            for (var i = 0; i < 50; i++)
            {
                run();
            }
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    private static void Print(string text, double compiled, double? read, double? theirs)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{text,-64}{compiled,14:N0}{read,14:N0}{theirs,12:N0}{compiled / theirs,8:N1}{read / theirs,11:N1}");
        Console.WriteLine(line);
    }
}
