using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>A range or a point, for the relations between them. Every relation is null where ends have no order.</summary>
internal readonly record struct Interval(object? Start, bool StartIn, object? End, bool EndIn, bool IsPoint)
{
    public static Interval Of(object value) => value is FeelRange range
        ? new Interval(range.Start, range.StartIncluded, range.End, range.EndIncluded, false)
        : new Interval(value, true, value, true, true);

    public static bool? Before(Interval left, Interval right)
    {
        if (left.End is null || right.Start is null)
        {
            return false;
        }

        return Ordering.Compare(left.End, right.Start) is { } order ? order < 0 || (order == 0 && !(left.EndIn && right.StartIn)) : null;
    }

    public static bool? Meets(Interval left, Interval right)
    {
        if (left.End is null || right.Start is null)
        {
            return false;
        }

        return Ordering.Compare(left.End, right.Start) is { } order ? order == 0 && left.EndIn && right.StartIn : null;
    }

    public static bool? Overlaps(Interval left, Interval right) =>
        Before(left, right) is { } before && Before(right, left) is { } after ? !before && !after : null;

    public static bool? OverlapsBefore(Interval left, Interval right) =>
        CompareStarts(left, right) is { } starts && CompareEnds(left, right) is { } ends && Overlaps(left, right) is { } overlap
            ? starts < 0 && ends <= 0 && overlap
            : null;

    public static bool? Finishes(Interval left, Interval right)
    {
        if (CompareEnds(left, right) is not { } ends || (!left.IsPoint && CompareStarts(left, right) is null))
        {
            return null;
        }

        return ends == 0 && (left.IsPoint || CompareStarts(left, right) >= 0);
    }

    public static bool? Starts(Interval left, Interval right)
    {
        if (CompareStarts(left, right) is not { } starts || (!left.IsPoint && CompareEnds(left, right) is null))
        {
            return null;
        }

        return starts == 0 && (left.IsPoint || CompareEnds(left, right) <= 0);
    }

    public static bool? Includes(Interval left, Interval right) =>
        CompareStarts(left, right) is { } starts && CompareEnds(left, right) is { } ends ? starts <= 0 && ends >= 0 : null;

    // An included start comes before an excluded one at the same place; no start before all.
    private static int? CompareStarts(Interval left, Interval right)
    {
        if (left.Start is null || right.Start is null)
        {
            return (left.Start is null ? 0 : 1) - (right.Start is null ? 0 : 1);
        }

        return Ordering.Compare(left.Start, right.Start) is { } order ? order != 0 ? order : right.StartIn.CompareTo(left.StartIn) : null;
    }

    private static int? CompareEnds(Interval left, Interval right)
    {
        if (left.End is null || right.End is null)
        {
            return (right.End is null ? 0 : 1) - (left.End is null ? 0 : 1);
        }

        return Ordering.Compare(left.End, right.End) is { } order ? order != 0 ? order : left.EndIn.CompareTo(right.EndIn) : null;
    }
}
