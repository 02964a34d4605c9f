using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>Functions that give a changed copy of a list (10.3.4.4).</summary>
internal static class ListEditingFunctions
{
    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("append", "list: list, item: any+", (call, a) => Append(call, Items(a[0]), a[1])),
        BuiltIn.Of("insert before", "list: list, position: number, newItem: any", (call, a) => InsertBefore(call, Items(a[0]), a[1]!, a[2])),
        BuiltIn.Of("remove", "list: list, position: number", (call, a) => Remove(call, Items(a[0]), a[1]!)),
        BuiltIn.Of("sublist", "list: list, start position: number, length: number?", (call, a) => Sublist(call, Items(a[0]), a[1]!, a[2])),
        BuiltIn.Of("list replace", "list: list, position: number, newItem: any", (call, a) => Replace(call, Items(a[0]), a[1]!, a[2]))
            .Or("list: list, match: function, newItem: any", (call, a) => ReplaceMatching(call, Items(a[0]), (FeelFunction)a[1]!, a[2])),
    ];

    private static IReadOnlyList<object?> Items(object? list) => (IReadOnlyList<object?>)list!;

    private static FeelList Append(Invocation call, IReadOnlyList<object?> list, object? items)
    {
        FeelList result = new([.. list, .. (IReadOnlyList<object?>)items!]);
        call.Run.CheckList(result.Count);
        return result;
    }

    private static object? InsertBefore(Invocation call, IReadOnlyList<object?> list, object position, object? item)
    {
        call.Run.CheckList(list.Count);
        return Index(list, position) is { } index
            ? new FeelList([.. list.Take(index), item, .. list.Skip(index)])
            : Missing(call, "insert before", list, position);
    }

    private static object? Remove(Invocation call, IReadOnlyList<object?> list, object position)
    {
        call.Run.CheckList(list.Count);
        return Index(list, position) is { } index
            ? new FeelList([.. list.Take(index), .. list.Skip(index + 1)])
            : Missing(call, "remove", list, position);
    }

    private static object? Sublist(Invocation call, IReadOnlyList<object?> list, object start, object? length)
    {
        call.Run.CheckList(list.Count);
        if (Index(list, start) is not { } from)
        {
            return Missing(call, "sublist", list, start);
        }

        var wanted = length is null ? list.Count - from : FeelNumber.ToLong(length);
        return wanted is >= 0 && wanted <= list.Count - from
            ? new FeelList([.. list.Skip(from).Take((int)wanted.Value)])
            : call.Fail($"sublist(): from there the list has {list.Count - from} items.");
    }

    private static object? Replace(Invocation call, IReadOnlyList<object?> list, object position, object? item)
    {
        call.Run.CheckList(list.Count);
        return Index(list, position) is { } index
            ? new FeelList([.. list.Take(index), item, .. list.Skip(index + 1)])
            : Missing(call, "list replace", list, position);
    }

    private static object? ReplaceMatching(Invocation call, IReadOnlyList<object?> list, FeelFunction match, object? newItem)
    {
        var result = new object?[list.Count];
        for (var i = 0; i < result.Length; i++)
        {
            call.Run.Step();
            if (call.Call(match, list[i], newItem) is not bool replace)
            {
                return call.Fail("list replace(): the function must give a boolean.");
            }

            result[i] = replace ? newItem : list[i];
        }

        return new FeelList(result);
    }

    private static object? Missing(Invocation call, string function, IReadOnlyList<object?> list, object position) =>
        call.Fail($"{function}(): the list of {list.Count} has no position {FeelNumber.ToText(position)}.");

    private static int? Index(IReadOnlyList<object?> list, object position) =>
        FeelNumber.IsInteger(position) && FeelNumber.ToLong(position) is { } place && place != 0 && Math.Abs(place) <= list.Count
            ? (int)(place > 0 ? place - 1 : list.Count + place)
            : null;
}
