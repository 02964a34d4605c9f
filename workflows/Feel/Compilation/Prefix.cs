using System.Collections;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>The results of a loop so far: a view, because copying them in every turn would make loops quadratic.</summary>
internal sealed class Prefix(List<object?> results, int count) : IReadOnlyList<object?>
{
    public object? this[int index] => index < count ? results[index] : throw new ArgumentOutOfRangeException(nameof(index));

    public int Count => count;

    public IEnumerator<object?> GetEnumerator()
    {
        for (var i = 0; i < count; i++)
        {
            yield return results[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => FeelFormat.ToText(this);
}
