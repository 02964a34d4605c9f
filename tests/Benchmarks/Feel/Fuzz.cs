using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Benchmarks.Feel;

/// <summary>
/// Mutates FEEL texts and DMN documents and feeds them to the readers and, where they can be read, to the evaluator. The only
/// outcomes allowed are a value or one of the two refusals; no input may take long. <c>-- fuzz [inputs] [seed]</c>
/// </summary>
internal static class Fuzz
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly FeelLimits Limits = new() { MaxSteps = 50_000, MaxListLength = 10_000, MaxStringLength = 10_000 };
    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", ",", ":", "..", ".", "+", "-", "*", "/", "**", "<", "<=", "=", "!=", "\"", "@\"", "\\", "?", "'", "//", "/*", "*/",
        " in ", " and ", " or ", "not(", "if ", " then ", " else ", "for x in ", " return ", "some x in ", " satisfies ", " between ", " instance of ",
        "function(", "date(", "duration(", "matches(", "replace(", "sort(", "null", "true", "item", "partial", "1e999", "0.1", "1000000000", "\ud83d", "\udc0e", "客户", "\0", "\u2028",
    ];

    public static int Run(string[] arguments)
    {
        var wanted = arguments.Length > 0 ? long.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        var random = new Random(arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 20261121);
        var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Feel", "cases.json"))).RootElement;
        string[] seeds = [.. cases.GetProperty("expressions").EnumerateArray().Select(text => text.GetString()!), .. Seeds];
        var model = BenchmarkTable.Xml(cases);
        var (clock, slowest, refused, failed) = (Stopwatch.StartNew(), TimeSpan.Zero, 0L, 0L);
        for (var i = 0L; i < wanted; i++)
        {
            var isModel = i % 50 == 49;
            var input = Mutate(isModel ? model : seeds[random.Next(seeds.Length)], seeds, random, isModel ? 3 : 5);
            var started = Stopwatch.GetTimestamp();
            if (!Survives(input, isModel, ref refused))
            {
                failed++;
                Console.WriteLine($"input {i}: {JsonSerializer.Serialize(input.Length > 500 ? input[..500] : input)}");
            }

            var taken = Stopwatch.GetElapsedTime(started);
            slowest = taken > slowest ? taken : slowest;
            if (taken > Longest)
            {
                failed++;
                Console.WriteLine($"input {i} took {taken}: {JsonSerializer.Serialize(input)}");
            }
        }

        var memory = GC.GetTotalMemory(forceFullCollection: true) / 1_048_576;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{wanted:N0} inputs in {clock.Elapsed.TotalSeconds:N0} s, {refused:N0} refused, slowest {slowest.TotalMilliseconds:N0} ms, {memory:N0} MB held at the end"));
        Console.WriteLine($"Fuzz: {wanted - failed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static bool Survives(string input, bool isModel, ref long refused)
    {
        try
        {
            if (isModel)
            {
                DmnReader.ReadTolerant(input, null, out _).Evaluate("offer", FeelScope.Empty, Limits);
                return true;
            }

            FeelExpression.Compile(input).Evaluate(FeelScope.Empty, Limits);
            FeelExpression.CompileUnaryTests(input).Evaluate(FeelScope.Empty.With("?", 1), Limits);
            return true;
        }
        catch (Exception refusal) when (refusal is FeelSyntaxException or DmnException || (isModel && refusal is ArgumentException))
        {
            refused++;
            return true;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            Console.WriteLine(broken);
            return false;
        }
    }

    private static string Mutate(string seed, string[] seeds, Random random, int most)
    {
        var text = new StringBuilder(seed);
        for (var changes = random.Next(1, most); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(6))
            {
                case 0 when text.Length > 0:
                    text.Remove(Math.Min(at, text.Length - 1), Math.Min(random.Next(1, 6), text.Length - Math.Min(at, text.Length - 1)));
                    break;
                case 1:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    text.Insert(at, seeds[random.Next(seeds.Length)]);
                    break;
                case 3:
                    text.Insert(at, string.Concat(Enumerable.Repeat(Pieces[random.Next(Pieces.Length)], random.Next(1, 300))));
                    break;
                case 4 when text.Length > 0:
                    text[Math.Min(at, text.Length - 1)] = (char)random.Next(0x20, 0x3000);
                    break;
                default:
                    text.Insert(at, random.Next());
                    break;
            }
        }

        return text.ToString();
    }

    private static readonly string[] Seeds =
    [
        "{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(10)}.r",
        "for i in 1..10, j in i..10 return if i = 1 then [j] else partial[-1]",
        "date(\"2026-01-31\") + duration(\"P1M\") > @\"2026-02-01\"",
        "sort([3, 1, 2], function(x, y) x < y)[item >= 2]",
        "replace(\"abracadabra\", \"(a)(b)\", \"$2$1\", \"i\")",
        "every x in [1, 2] satisfies x instance of list<context<a: number, b: range<date and time>>>",
        "context put({a: {b: 1}}, [\"a\", \"b\"], [1..5))",
        "overlaps before([1..5], (3..8]) or 5 in (< 3, [4..6], not(7))",
        "number(\"1 000,5\", \" \", \",\") ** 2.5 + exp(log(3)) / modulo(7, -3)",
        "string join(for s in split(\"a;b\", \";\") return upper case(s), \"-\")",
    ];
}
