namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>Words for diagnostics.</summary>
internal static class Describe
{
    public static string Kind(object? value) => value switch
    {
        null => "null",
        IReadOnlyList<object?> => "list",
        FeelRange => "range",
        FeelFunction => "function",
        _ => TypeRules.Of(value).ToString(),
    };
}
