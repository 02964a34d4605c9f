using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>What surrounds an expression when it is compiled.</summary>
internal sealed record CompileOptions
{
    public static CompileOptions None { get; } = new();

    public ParserNames Names { get; init; } = ParserNames.None;

    /// <summary>Types that the model defines, by name.</summary>
    public Func<string, FeelType?> FindType { get; init; } = static _ => null;

    /// <summary>The element that holds the expression, for diagnostics.</summary>
    public string? Element { get; init; }
}
