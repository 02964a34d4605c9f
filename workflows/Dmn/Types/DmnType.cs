using Orchestrator.Workflows.Dmn.Reading;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Dmn.Types;

/// <summary>A FEEL type with the constraints that an item definition puts on its values.</summary>
internal sealed class DmnType
{
    private const int MaxDepth = 64;

    public static DmnType Any { get; } = new() { Feel = FeelType.Any };

    public required FeelType Feel { get; init; }

    /// <summary>Of a collection: the type of its items.</summary>
    public DmnType? Item { get; init; }

    /// <summary>Of a context.</summary>
    public IReadOnlyDictionary<string, DmnType>? Components { get; init; }

    /// <summary>Unary tests that a value must pass.</summary>
    public FeelExpression? Allowed { get; init; }

    /// <summary>Converts the value as FEEL does implicitly; what does not conform becomes null with a diagnostic.</summary>
    public object? Accept(object? value, FeelRun run, Site site)
    {
        if (value is null || (Feel.Kind == FeelKind.Any && Allowed is null))
        {
            return value;
        }

        if (TryConvert(value, run, 0, out var converted, out var cause))
        {
            return converted;
        }

        return run.Fail(site, cause);
    }

    private bool TryConvert(object? value, FeelRun run, int depth, out object? converted, out string cause)
    {
        (converted, cause) = (value, "");
        if (value is null)
        {
            return true;
        }

        var fits = depth < MaxDepth && (Item is not null ? ConvertItems(value, run, depth, ref converted, ref cause)
            : Components is not null ? ConvertComponents(value, run, depth, ref converted, ref cause)
            : Coercion.TryConvert(value, Feel, out converted));
        if (!fits)
        {
            cause = cause.Length > 0 ? cause : $"A {Describe.Kind(value)} is no {Feel}.";
            return false;
        }

        if (Allowed is not null && Allowed.Run(run, FeelScope.Empty, converted) is not true)
        {
            cause = $"{Shown(converted)} is not among the allowed values {Allowed.Text}.";
            return false;
        }

        return true;
    }

    private bool ConvertItems(object value, FeelRun run, int depth, ref object? converted, ref string cause)
    {
        var list = value as IReadOnlyList<object?> ?? [value];
        var items = new object?[list.Count];
        run.CheckList(list.Count);
        for (var i = 0; i < items.Length; i++)
        {
            if (!Item!.TryConvert(list[i], run, depth + 1, out items[i], out cause))
            {
                return false;
            }
        }

        converted = new FeelList(items);
        return true;
    }

    private bool ConvertComponents(object value, FeelRun run, int depth, ref object? converted, ref string cause)
    {
        if (value is IReadOnlyList<object?> { Count: 1 } single)
        {
            value = single[0]!;
        }

        if (value is not FeelContext context)
        {
            return false;
        }

        var entries = new OrderedDictionary<string, object?>(context, StringComparer.Ordinal);
        foreach (var (name, type) in Components!)
        {
            if (!context.TryGetValue(name, out var held))
            {
                cause = $"The context has no '{name}'.";
                return false;
            }

            if (!type.TryConvert(held, run, depth + 1, out var fitted, out cause))
            {
                cause = $"'{name}': {cause}";
                return false;
            }

            entries[name] = fitted;
        }

        converted = new FeelContext(entries);
        return true;
    }

    private static string Shown(object? value)
    {
        var text = FeelFormat.ToText(value);
        return text.Length > 60 ? text[..60] + "…" : text;
    }
}
