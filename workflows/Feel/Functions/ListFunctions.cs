using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>Functions that look into lists or bring them together (10.3.4.4).</summary>
internal static class ListFunctions
{
    private const int MaxFlattening = 100;

    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("list contains", "list: list, element: any", (call, a) => IndexesOf(call, Items(a[0]), a[1]).Any()),
        BuiltIn.Of("index of", "list: list, match: any", (call, a) => new FeelList([.. IndexesOf(call, Items(a[0]), a[1]).Select(index => (object?)(decimal)(index + 1))])),
        BuiltIn.Of("concatenate", "list: list+", (call, a) => Concatenate(call, "concatenate", a)),
        BuiltIn.Of("union", "list: list+", (call, a) => Concatenate(call, "union", a) is { } all ? Distinct(call, all) : null),
        BuiltIn.Of("distinct values", "list: list", (call, a) => Distinct(call, Items(a[0]))),
        BuiltIn.Of("flatten", "list: list", (call, a) => Flatten(call, Items(a[0]))),
        BuiltIn.Of("reverse", "list: list", (call, a) => new FeelList([.. Items(a[0]).Reverse()])),
        BuiltIn.Of("sort", "list: list, precedes: function?~", (call, a) => ListSort.Sort(call, Items(a[0]), (FeelFunction?)a[1])),
    ];

    private static IReadOnlyList<object?> Items(object? list) => (IReadOnlyList<object?>)list!;

    private static IEnumerable<int> IndexesOf(Invocation call, IReadOnlyList<object?> list, object? match)
    {
        for (var i = 0; i < list.Count; i++)
        {
            call.Run.Step();
            if (Equality.Same(list[i], match))
            {
                yield return i;
            }
        }
    }

    private static FeelList? Concatenate(Invocation call, string function, object?[] arguments)
    {
        var result = new List<object?>();
        foreach (var list in Items(arguments[0]))
        {
            if (list is null)
            {
                call.Fail($"{function}(): a list is null.");
                return null;
            }

            result.AddRange(list as IReadOnlyList<object?> ?? [list]);
            call.Run.CheckList(result.Count);
        }

        return new FeelList([.. result]);
    }

    private static FeelList Distinct(Invocation call, IReadOnlyList<object?> list)
    {
        var (seen, kept) = (new HashSet<object>(), new List<object?>());
        foreach (var item in list)
        {
            // Plain values are found by hash; the others are compared with every value kept so far.
            var isNew = item is decimal or string or bool ? seen.Add(item) : !kept.Any(other => Same(call, other, item));
            if (isNew)
            {
                kept.Add(item);
            }
        }

        return new FeelList([.. kept]);
    }

    private static bool Same(Invocation call, object? left, object? right)
    {
        call.Run.Step();
        return Equality.Same(left, right);
    }

    private static object? Flatten(Invocation call, IReadOnlyList<object?> list)
    {
        var result = new List<object?>();
        return Flatten(call, list, result, 0) ? new FeelList([.. result]) : call.Fail($"flatten(): lists are nested deeper than {MaxFlattening} levels.");
    }

    private static bool Flatten(Invocation call, IReadOnlyList<object?> list, List<object?> result, int depth)
    {
        if (depth > MaxFlattening)
        {
            return false;
        }

        foreach (var item in list)
        {
            call.Run.Step();
            if (item is not IReadOnlyList<object?> nested)
            {
                result.Add(item);
            }
            else if (!Flatten(call, nested, result, depth + 1))
            {
                return false;
            }
        }

        return true;
    }
}
