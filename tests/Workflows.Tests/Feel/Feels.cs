using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

/// <summary>Short ways to say what an expression gives.</summary>
internal static class Feels
{
    private static readonly FeelLimits Limits = new() { Now = new DateTimeOffset(2026, 11, 21, 10, 30, 0, TimeSpan.FromHours(8)) };

    /// <summary>The canonical text of the value; a null must come with a diagnostic unless it is one of the plain nulls.</summary>
    public static void Gives(string expression, string expected) =>
        Assert.Equal(expected, FeelFormat.ToText(Evaluate(expression).Value));

    public static FeelResult Evaluate(string expression) => FeelExpression.Compile(expression).Evaluate(FeelScope.Empty, Limits);

    public static FeelResult Evaluate(string expression, params (string Name, object? Value)[] variables) =>
        FeelExpression.Compile(expression, variables.Select(variable => variable.Name))
            .Evaluate(FeelScope.From(variables.ToDictionary(variable => variable.Name, variable => variable.Value)), Limits);
}
