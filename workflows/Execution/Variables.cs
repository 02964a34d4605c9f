using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Workflows.Execution;

/// <summary>
/// An immutable set of named values. Values are null, <see cref="bool"/>, <see cref="decimal"/>, <see cref="string"/>,
/// FEEL dates, times and durations, lists, and contexts of these; numbers of other types and JSON are converted on the way in.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The domain word is variables.")]
public sealed class Variables : IReadOnlyDictionary<string, object?>
{
    public static readonly Variables None = new(ImmutableDictionary.Create<string, object?>(StringComparer.Ordinal));

    private readonly ImmutableDictionary<string, object?> values;

    private Variables(ImmutableDictionary<string, object?> values) => this.values = values;

    public static Variables Of(params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var builder = None.values.ToBuilder();
        foreach (var (name, value) in values)
            builder[name] = VariableValues.Normalize(value);
        return new(builder.ToImmutable());
    }

    public static Variables From(IEnumerable<KeyValuePair<string, object?>> values)
    {
        if (values is Variables already)
            return already;
        var builder = None.values.ToBuilder();
        foreach (var (name, value) in values)
            builder[name] = VariableValues.Normalize(value);
        return builder.Count == 0 ? None : new(builder.ToImmutable());
    }

    /// <summary>Reads a JSON object.</summary>
    public static Variables FromJson(string json) => VariableValues.ReadObject(json);

    public string ToJson() => VariableValues.Write(this);

    public Variables With(string name, object? value) => new(values.SetItem(name, VariableValues.Normalize(value)));

    public Variables With(Variables others) => others.Count == 0 ? this : Count == 0 ? others : new(values.SetItems(others.values));

    public Variables Without(string name) => new(values.Remove(name));

    public object? this[string key] => values[key];
    public int Count => values.Count;
    public IEnumerable<string> Keys => values.Keys;
    public IEnumerable<object?> Values => values.Values;
    public bool ContainsKey(string key) => values.ContainsKey(key);
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value) => values.TryGetValue(key, out value);
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
