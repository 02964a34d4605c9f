using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>Functions that make one value of many (10.3.4.4).</summary>
internal static class AggregateFunctions
{
    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("count", "list: list*", (_, a) => (decimal)Items(a).Count),
        BuiltIn.Of("min", "list: list*", (call, a) => Extreme(call, "min", Items(a), -1)),
        BuiltIn.Of("max", "list: list*", (call, a) => Extreme(call, "max", Items(a), 1)),
        BuiltIn.Of("sum", "list: list*", (call, a) => Sum(call, "sum", Items(a))),
        BuiltIn.Of("mean", "list: list*", (call, a) => Mean(call, "mean", Items(a))),
        BuiltIn.Of("product", "list: list*", (call, a) => Product(call, Items(a))),
        BuiltIn.Of("median", "list: list*", (call, a) => Median(call, Items(a))),
        BuiltIn.Of("stddev", "list: list*", (call, a) => Deviation(call, Items(a))),
        BuiltIn.Of("mode", "list: list*", (call, a) => Mode(call, Items(a))),
        BuiltIn.Of("all", "list: list*", (call, a) => Decide(call, "all", Items(a), false)),
        BuiltIn.Of("any", "list: list*", (call, a) => Decide(call, "any", Items(a), true)),
    ];

    private static IReadOnlyList<object?> Items(object?[] arguments) => (IReadOnlyList<object?>)arguments[0]!;

    private static object? Extreme(Invocation call, string function, IReadOnlyList<object?> items, int sign)
    {
        call.Run.Step(items.Count);
        var best = items.Count > 0 ? items[0] : null;
        foreach (var item in items)
        {
            if (Ordering.Compare(item, best) is not { } order)
            {
                return call.Fail($"{function}(): a {Describe.Kind(item)} and a {Describe.Kind(best)} have no order.");
            }

            best = order * sign > 0 ? item : best;
        }

        return best;
    }

    private static object? Sum(Invocation call, string function, IReadOnlyList<object?> items)
    {
        call.Run.Step(items.Count);
        object? sum = items.Count > 0 ? items[0] : null;
        if (sum is not (decimal or Decimal128 or DayTimeDuration or YearMonthDuration))
        {
            return items.Count == 0 ? null : call.Fail($"{function}(): an item is a {Describe.Kind(sum)}, not a number.");
        }

        foreach (var item in items.Skip(1))
        {
            if (item is string || (sum = Addition.Add(sum, item)) is null)
            {
                return call.Fail($"{function}(): an item is a {Describe.Kind(item)} that cannot be added.");
            }
        }

        return sum;
    }

    private static object? Mean(Invocation call, string function, IReadOnlyList<object?> items) =>
        Sum(call, function, items) is { } sum ? Multiplication.Divide(sum, (decimal)items.Count) : null;

    private static object? Product(Invocation call, IReadOnlyList<object?> items)
    {
        call.Run.Step(items.Count);
        object? product = items.Count > 0 ? 1m : null;
        foreach (var item in items)
        {
            if (!FeelNumber.Is(item))
            {
                return call.Fail($"product(): an item is a {Describe.Kind(item)}, not a number.");
            }

            if (product is not null)
            {
                product = FeelNumber.Multiply(product, item!);
            }
        }

        return product;
    }

    private static List<object>? Sorted(Invocation call, string function, IReadOnlyList<object?> items)
    {
        call.Run.Step(items.Count * 4L);
        if (items.FirstOrDefault(item => !FeelNumber.Is(item)) is var other && items.Any(item => !FeelNumber.Is(item)))
        {
            call.Fail($"{function}(): an item is a {Describe.Kind(other)}, not a number.");
            return null;
        }

        var sorted = items.Select(item => item!).ToList();
        sorted.Sort(FeelNumber.Compare);
        return sorted;
    }

    private static object? Median(Invocation call, IReadOnlyList<object?> items)
    {
        if (items.Count == 0 || Sorted(call, "median", items) is not { } sorted)
        {
            return null;
        }

        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : FeelNumber.Add(sorted[middle - 1], sorted[middle]) is { } sum ? FeelNumber.Divide(sum, 2m) : null;
    }

    // Of a sample: the squares are divided by one less than their number.
    private static object? Deviation(Invocation call, IReadOnlyList<object?> items)
    {
        if (items.Any(item => !FeelNumber.Is(item)) || items.Count < 2 || Mean(call, "stddev", items) is not { } mean)
        {
            return call.Fail("stddev(): needs at least two numbers.");
        }

        object? squares = 0m;
        foreach (var item in items)
        {
            var difference = FeelNumber.Subtract(item!, mean);
            var square = difference is null ? null : FeelNumber.Multiply(difference, difference);
            squares = square is null || squares is null ? null : FeelNumber.Add(squares, square);
        }

        return squares is not null && FeelNumber.Divide(squares, (decimal)(items.Count - 1)) is { } variance ? Powers.SquareRoot(variance) : null;
    }

    private static FeelList? Mode(Invocation call, IReadOnlyList<object?> items)
    {
        if (Sorted(call, "mode", items) is not { } sorted)
        {
            return null;
        }

        var groups = sorted.GroupBy(item => item).ToList();
        var most = groups.Count == 0 ? 0 : groups.Max(group => group.Count());
        return new FeelList([.. groups.Where(group => group.Count() == most).Select(group => group.Key)]);
    }

    private static object? Decide(Invocation call, string function, IReadOnlyList<object?> items, bool decisive)
    {
        var known = true;
        foreach (var item in items)
        {
            call.Run.Step();
            if (item is bool value && value == decisive)
            {
                return decisive;
            }

            known &= item is bool;
        }

        return known ? !decisive : call.Fail($"{function}(): an item is no boolean.");
    }
}
