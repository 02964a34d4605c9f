namespace Orchestrator.Workflows.Feel.Syntax;

/// <summary>What a parser knows besides the text: variables, member names and types that have more than one word.</summary>
internal sealed class ParserNames
{
    public static ParserNames None { get; } = new([], [], []);

    public ParserNames(IEnumerable<string> variables, IEnumerable<string> members, IEnumerable<string> types)
    {
        Variables = [.. variables];
        Members = [.. members];
        Types = [.. types];
    }

    public IReadOnlyList<string> Variables { get; }

    public IReadOnlyList<string> Members { get; }

    public IReadOnlyList<string> Types { get; }
}
