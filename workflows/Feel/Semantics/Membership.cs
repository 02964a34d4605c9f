namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>Whether a value lies in a range, a list, or equals another: the operator <c>in</c> and unary tests.</summary>
internal static class Membership
{
    /// <summary>Null where the value cannot be compared with the range's ends.</summary>
    public static bool? InRange(object? value, FeelRange range)
    {
        if (range.Comparison is { } comparison)
        {
            return Ordering.Satisfies(value, comparison, range.Start ?? range.End);
        }

        var above = Ordering.Satisfies(value, range.StartIncluded ? ">=" : ">", range.Start);
        var below = Ordering.Satisfies(value, range.EndIncluded ? "<=" : "<", range.End);
        return above is null || below is null ? null : above.Value && below.Value;
    }

    public static bool? In(object? value, object? test) => test switch
    {
        FeelRange range when value is not FeelRange => InRange(value, range),
        FeelRange range => Equality.Equal(value, range),
        IReadOnlyList<object?> list => InList(value, list),
        _ => Equality.Equal(value, test),
    };

    private static bool? InList(object? value, IReadOnlyList<object?> list)
    {
        if (value is IReadOnlyList<object?> && Equality.Same(value, list))
        {
            return true;
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is FeelRange range && value is not FeelRange ? InRange(value, range) is true : Equality.Same(value, list[i]))
            {
                return true;
            }
        }

        return false;
    }
}
