using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>Functions over contexts (10.3.4.10).</summary>
internal static class ContextFunctions
{
    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("get entries", "m: context", (call, a) => Entries(call, (FeelContext)a[0]!)),
        BuiltIn.Of("get value", "m: context, key: string", (call, a) => Value(call, (FeelContext)a[0]!, [a[1]]))
            .Or("m: context, keys: list", (call, a) => Value(call, (FeelContext)a[0]!, (IReadOnlyList<object?>)a[1]!)),
        BuiltIn.Of("context", "entries: list", (call, a) => FromEntries(call, (IReadOnlyList<object?>)a[0]!)),
        BuiltIn.Of("context put", "context: context, key: string, value: any", (call, a) => Put(call, (FeelContext)a[0]!, [a[1]], a[2]))
            .Or("context: context, keys: list, value: any", (call, a) => Put(call, (FeelContext)a[0]!, (IReadOnlyList<object?>)a[1]!, a[2])),
        BuiltIn.Of("context merge", "contexts: list", (call, a) => Merge(call, (IReadOnlyList<object?>)a[0]!)),
    ];

    private static FeelList Entries(Invocation call, FeelContext context)
    {
        call.Run.CheckList(context.Count);
        return new FeelList([.. context.Select(entry => Entry(entry.Key, entry.Value))]);
    }

    private static FeelContext Entry(string key, object? value) =>
        new(new OrderedDictionary<string, object?>(2, StringComparer.Ordinal) { ["key"] = key, ["value"] = value });

    private static object? Value(Invocation call, FeelContext context, IReadOnlyList<object?> keys)
    {
        object? value = context;
        foreach (var key in keys)
        {
            if (key is not string name || value is not FeelContext inner || !inner.TryGetValue(name, out value))
            {
                return call.Fail($"get value(): there is no entry '{key}'.");
            }
        }

        return keys.Count == 0 ? call.Fail("get value(): no key is given.") : value;
    }

    private static object? FromEntries(Invocation call, IReadOnlyList<object?> entries)
    {
        call.Run.CheckList(entries.Count);
        var result = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry is not FeelContext context || !context.TryGetValue("key", out var key) || key is not string name
                || !context.TryGetValue("value", out var value) || !result.TryAdd(name, value))
            {
                return call.Fail("context(): every entry must have a key that is a text of its own, and a value.");
            }
        }

        return new FeelContext(result);
    }

    private static object? Put(Invocation call, FeelContext context, IReadOnlyList<object?> keys, object? value)
    {
        call.Run.CheckList(context.Count);
        if (keys.Count is 0 or > 100 || keys[0] is not string key)
        {
            return call.Fail("context put(): the keys must be one or more strings.");
        }

        if (keys.Count == 1)
        {
            return context.With(key, value);
        }

        if (!context.TryGetValue(key, out var inner) || inner is not FeelContext nested)
        {
            return call.Fail($"context put(): '{key}' holds no context.");
        }

        return Put(call, nested, [.. keys.Skip(1)], value) is { } changed ? context.With(key, changed) : null;
    }

    private static object? Merge(Invocation call, IReadOnlyList<object?> contexts)
    {
        var result = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var context in contexts)
        {
            if (context is not FeelContext entries)
            {
                return call.Fail("context merge(): every item must be a context.");
            }

            call.Run.CheckList(entries.Count);
            foreach (var (key, value) in entries)
            {
                result[key] = value;
            }
        }

        return new FeelContext(result);
    }
}
