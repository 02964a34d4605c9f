using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>FEEL equality (DMN 1.5, table 54): null for values of different kinds.</summary>
internal static class Equality
{
    private const int MaxDepth = 200;

    public static bool? Equal(object? left, object? right) => Equal(left, right, 0);

    /// <summary>Equality as lists and filters use it: values of different kinds are not equal.</summary>
    public static bool Same(object? left, object? right) => Equal(left, right, 0) is true;

    private static bool? Equal(object? left, object? right, int depth)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return left switch
        {
            decimal or Decimal128 => FeelNumber.Is(right) ? FeelNumber.Equals(left, right) : null,
            string text => right is string other ? EqualTexts(text, other) : null,
            bool flag => right is bool other ? flag == other : null,
            IReadOnlyList<object?> list => right is IReadOnlyList<object?> other ? EqualLists(list, other, depth) : null,
            FeelContext context => right is FeelContext other ? EqualContexts(context, other, depth) : null,
            FeelRange range => right is FeelRange other ? EqualRanges(range, other, depth) : null,
            FeelFunction => right is FeelFunction ? ReferenceEquals(left, right) : null,
            _ => left.GetType() == right.GetType() ? EqualTemporal(left, right) : null,
        };
    }

    private static bool EqualTexts(string left, string right)
    {
        if (left.Length > 1024)
        {
            FeelRun.Charge(left.Length >> 6);
        }

        return string.Equals(left, right, StringComparison.Ordinal);
    }

    private static bool? EqualTemporal(object left, object right) => left switch
    {
        FeelTime or FeelDateTime => Ordering.Compare(left, right) is { } order ? order == 0 : null,
        _ => left.Equals(right),
    };

    private static bool? EqualLists(IReadOnlyList<object?> left, IReadOnlyList<object?> right, int depth)
    {
        if (left.Count != right.Count || depth > MaxDepth)
        {
            return depth > MaxDepth ? null : false;
        }

        FeelRun.Charge(left.Count);
        for (var i = 0; i < left.Count; i++)
        {
            if (Equal(left[i], right[i], depth + 1) is not true)
            {
                return false;
            }
        }

        return true;
    }

    private static bool? EqualContexts(FeelContext left, FeelContext right, int depth)
    {
        if (left.Count != right.Count || depth > MaxDepth)
        {
            return depth > MaxDepth ? null : false;
        }

        FeelRun.Charge(left.Count);
        return left.All(entry => right.TryGetValue(entry.Key, out var other) && Equal(entry.Value, other, depth + 1) is true);
    }

    private static bool EqualRanges(FeelRange left, FeelRange right, int depth) =>
        left.Comparison == right.Comparison
        && left.StartIncluded == right.StartIncluded
        && left.EndIncluded == right.EndIncluded
        && Equal(left.Start, right.Start, depth + 1) is true
        && Equal(left.End, right.End, depth + 1) is true;
}
