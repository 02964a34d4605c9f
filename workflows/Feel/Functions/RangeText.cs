using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel;

/// <summary>Reads a range from text. Its ends must be literals, and in order.</summary>
internal static class RangeText
{
    private static readonly string[] Constructors = ["date", "time", "date and time", "duration"];

    public static FeelRange? Parse(string text)
    {
        try
        {
            return Parser.ParseExpression(text, ParserNames.None) is Expr.Range { Low: { } low, High: { } high } range
                && Literal(low) is { } start && Literal(high) is { } end && Ordering.Compare(start, end) <= 0
                    ? new FeelRange(start, range.LowIncluded, end, range.HighIncluded)
                    : null;
        }
        catch (FeelSyntaxException)
        {
            return null;
        }
    }

    private static object? Literal(Expr expression) => expression switch
    {
        Expr.Literal literal => literal.Value,
        Expr.At at => FeelDateTimeLiteral.Parse(at.Text),
        Expr.Call { Callee: Expr.Name name, Arguments: [Expr.Literal { Value: string text }], Names: null } when Constructors.Contains(name.Text) => name.Text switch
        {
            "date" => FeelDate.Parse(text),
            "time" => FeelTime.Parse(text),
            "duration" => TemporalText.ParseDuration(text),
            _ => FeelDateTime.Parse(text),
        },
        _ => null,
    };
}
