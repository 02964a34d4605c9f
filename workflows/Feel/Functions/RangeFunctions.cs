using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>How points and ranges lie to each other (10.3.4.9), and <c>range</c>.</summary>
internal static class RangeFunctions
{
    private delegate bool? Relation(Interval left, Interval right);

    public static IEnumerable<BuiltIn> All =>
    [
        Points("before", Interval.Before),
        Points("after", (left, right) => Interval.Before(right, left)),
        Ranges("meets", Interval.Meets),
        Ranges("met by", (left, right) => Interval.Meets(right, left)),
        Ranges("overlaps", Interval.Overlaps),
        Ranges("overlaps before", Interval.OverlapsBefore),
        Ranges("overlaps after", (left, right) => Interval.OverlapsBefore(right, left)),
        InRange("finishes", Interval.Finishes),
        OfRange("finished by", (left, right) => Interval.Finishes(right, left)),
        OfRange("includes", Interval.Includes),
        InRange("during", (left, right) => Interval.Includes(right, left)),
        InRange("starts", Interval.Starts),
        OfRange("started by", (left, right) => Interval.Starts(right, left)),
        BuiltIn.Of("coincides", "point1: any, point2: any", (call, a) => Coincide(call, a[0], a[1])).Or("range1: range, range2: range", (call, a) => Coincide(call, a[0], a[1])),
        BuiltIn.Of("range", "from: string", (call, a) => RangeText.Parse((string)a[0]!) ?? call.Fail($"range(): '{a[0]}' is no range of literals with its start before its end.")),
    ];

    private static BuiltIn Points(string name, Relation relation) =>
        BuiltIn.Of(name, "point1: any, point2: any", Body(name, relation)).Or("point: any, range: range", Body(name, relation))
            .Or("range: range, point: any", Body(name, relation)).Or("range1: range, range2: range", Body(name, relation));

    private static BuiltIn Ranges(string name, Relation relation) => BuiltIn.Of(name, "range1: range, range2: range", Body(name, relation));

    private static BuiltIn InRange(string name, Relation relation) =>
        BuiltIn.Of(name, "point: any, range: range", Body(name, relation)).Or("range1: range, range2: range", Body(name, relation));

    private static BuiltIn OfRange(string name, Relation relation) =>
        BuiltIn.Of(name, "range: range, point: any", Body(name, relation)).Or("range1: range, range2: range", Body(name, relation));

    private static BuiltInBody Body(string name, Relation relation) => (call, a) =>
        a[0] is not null && a[1] is not null && relation(Interval.Of(a[0]!), Interval.Of(a[1]!)) is { } known
            ? known
            : call.Fail($"{name}(): the arguments have no order.");

    private static object? Coincide(Invocation call, object? left, object? right)
    {
        var known = left is null || right is null || left is FeelRange != right is FeelRange ? null : Equality.Equal(left, right);
        return known is { } same ? same : call.Fail("coincides(): the arguments cannot be compared.");
    }
}
