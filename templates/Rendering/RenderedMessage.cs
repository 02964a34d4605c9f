namespace Orchestrator.Templates;

/// <summary>A text as one customer gets it.</summary>
/// <param name="Title">Subject or push title; null where the template has none.</param>
/// <param name="Body">The plain text.</param>
/// <param name="Html">The HTML part; null where the template has none.</param>
public sealed record RenderedMessage(string? Title, string Body, string? Html)
{
    /// <summary>Values for the registered template, in its order; empty where the text has none.</summary>
    public IReadOnlyList<RegisteredParameter> Parameters { get; init; } = [];
}
