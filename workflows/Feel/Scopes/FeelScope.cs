using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Workflows.Feel;

/// <summary>Ready-made scopes.</summary>
public static class FeelScope
{
    /// <summary>A scope without variables.</summary>
    public static IFeelScope Empty { get; } = new DictionaryScope(new Dictionary<string, object?>());

    public static IFeelScope From(IReadOnlyDictionary<string, object?> variables) => new DictionaryScope(variables);

    public static IFeelScope From(FeelContext context) => new DictionaryScope(context);

    /// <summary>
    /// The members of a JSON object, converted when they are read. Strings stay strings unless <paramref name="types"/>
    /// declares the attribute a date, time, date and time or duration; what then cannot be read as such is null.
    /// </summary>
    public static IFeelScope From(JsonElement json, IReadOnlyDictionary<string, FeelType>? types = null) => new JsonScope(json, types);

    /// <inheritdoc cref="From(JsonElement, IReadOnlyDictionary{string, FeelType}?)"/>
    public static IFeelScope From(JsonObject json, IReadOnlyDictionary<string, FeelType>? types = null) =>
        new JsonScope(JsonSerializer.SerializeToElement(json), types);

    /// <summary>Looks into each scope in turn; the first that knows the name wins.</summary>
    public static IFeelScope Layered(params IReadOnlyList<IFeelScope> innermostFirst) => new LayeredScope(innermostFirst);

    /// <summary>One variable in front of another scope.</summary>
    public static IFeelScope With(this IFeelScope outer, string name, object? value) => new SingleScope(name, value, outer);
}
