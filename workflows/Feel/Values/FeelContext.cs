using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Workflows.Feel;

/// <summary>An immutable context: named entries in the order they were written.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "Context is the word of the FEEL specification.")]
public sealed class FeelContext : IReadOnlyDictionary<string, object?>
{
    private readonly OrderedDictionary<string, object?> entries;

    internal FeelContext(OrderedDictionary<string, object?> entries) => this.entries = entries;

    /// <summary>Values may be plain .NET ones; they are converted.</summary>
    public FeelContext(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        this.entries = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in entries)
        {
            this.entries[name] = FeelValue.From(value);
        }
    }

    public static FeelContext Empty { get; } = new(new OrderedDictionary<string, object?>(StringComparer.Ordinal));

    public object? this[string key] => entries[key];

    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<object?> Values => entries.Values;

    public int Count => entries.Count;

    public bool ContainsKey(string key) => entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value) => entries.TryGetValue(key, out value);

    /// <summary>A copy with one entry added or replaced in place.</summary>
    public FeelContext With(string name, object? value)
    {
        var copy = new OrderedDictionary<string, object?>(entries, StringComparer.Ordinal) { [name] = FeelValue.From(value) };
        return new FeelContext(copy);
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => FeelFormat.ToText(this);
}
