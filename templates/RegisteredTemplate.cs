namespace Orchestrator.Templates;

/// <summary>The template registered with a provider that a text goes out as: such a provider is sent its code and values, never the text itself.</summary>
/// <param name="Code">The code under which the provider knows it.</param>
public sealed record RegisteredTemplate(string Code)
{
    /// <summary>What fills it, in the order of its variables.</summary>
    public IReadOnlyList<RegisteredParameter> Parameters { get; init; } = [];
}

/// <summary>A variable of a registered template.</summary>
/// <param name="Name">Its name with the provider; for providers that count their variables, any name.</param>
/// <param name="Value">Handlebars with the variables and tokens of the text, never HTML-escaped; in a rendered message, what it came to.</param>
public sealed record RegisteredParameter(string Name, string Value);
