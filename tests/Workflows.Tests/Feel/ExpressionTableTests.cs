using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

/// <summary>What many small expressions give, area by area: <c>Expressions/*.txt</c>, one <c>expression ==> value</c> a line, worked out by hand from the specification.</summary>
public sealed class ExpressionTableTests
{
    private static readonly FeelLimits Limits = new() { Now = new DateTimeOffset(2026, 11, 21, 10, 30, 0, TimeSpan.FromHours(8)) };

    [Theory]
    [InlineData("lists-and-contexts")]
    [InlineData("dates-and-durations")]
    [InlineData("functions")]
    public void Every_line_of_the_table_holds(string table)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Feel", "Expressions", $"{table}.txt"));
        var wrong = lines.Select(line => line.Split(" ==> ")).Where(line => Value(line[0]) != line[1]).Select(line => $"{line[0]} gives {Value(line[0])}, not {line[1]}").ToList();

        Assert.True(lines.Length > 150);
        Assert.Empty(wrong);
    }

    private static string Value(string expression)
    {
        try
        {
            return FeelFormat.ToText(FeelExpression.Compile(expression).Evaluate(FeelScope.Empty, Limits).Value);
        }
        catch (FeelSyntaxException)
        {
            return "(refused)";
        }
    }
}
