using System.Collections;

namespace Orchestrator.Workflows.Feel;

/// <summary>An immutable list of FEEL values.</summary>
internal sealed class FeelList(object?[] items) : IReadOnlyList<object?>
{
    public static FeelList Empty { get; } = new([]);

    public object? this[int index] => items[index];

    public int Count => items.Length;

    public object?[] Items => items;

    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();

    public override string ToString() => FeelFormat.ToText(this);
}
