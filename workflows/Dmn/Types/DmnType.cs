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

    /// <summary>
    /// The value if it conforms; else what one implicit conversion makes of it (to or from a list of one item, from a date to a
    /// date and time); else null with a diagnostic.
    /// </summary>
    public object? Accept(object? value, FeelRun run, Site site)
    {
        if (value is null || (Feel.Kind == FeelKind.Any && Allowed is null) || Conforms(value, run, 0, out var cause))
        {
            return value;
        }

        var converted = value switch
        {
            IReadOnlyList<object?> { Count: 1 } single when Item is null => single[0],
            FeelDate date when Feel.Kind == FeelKind.DateTime => Addition.AsDateTime(date),
            not IReadOnlyList<object?> when Feel.Kind == FeelKind.List => new FeelList([value]),
            _ => null,
        };
        return converted is not null && Conforms(converted, run, 0, out _) ? converted : run.Fail(site, cause);
    }

    private bool Conforms(object? value, FeelRun run, int depth, out string cause)
    {
        cause = "";
        if (value is null)
        {
            return true;
        }

        var fits = depth < MaxDepth && (Item is not null ? ItemsConform(value, run, depth, ref cause)
            : Components is not null ? ComponentsConform(value, run, depth, ref cause)
            : Feel.Holds(value) || TypeRules.MayServe(Feel, value));
        if (!fits)
        {
            cause = cause.Length > 0 ? cause : $"A {Describe.Kind(value)} is no {Feel}.";
            return false;
        }

        if (Allowed is not null && Allowed.Run(run, FeelScope.Empty, value) is not true)
        {
            cause = $"{Shown(value)} is not among the allowed values {Allowed.Text}.";
            return false;
        }

        return true;
    }

    private bool ItemsConform(object value, FeelRun run, int depth, ref string cause)
    {
        if (value is not IReadOnlyList<object?> list)
        {
            return false;
        }

        run.Step(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (!Item!.Conforms(list[i], run, depth + 1, out cause))
            {
                cause = $"Item {i + 1}: {cause}";
                return false;
            }
        }

        return true;
    }

    private bool ComponentsConform(object value, FeelRun run, int depth, ref string cause)
    {
        if (value is not FeelContext context)
        {
            return false;
        }

        run.Step(Components!.Count);
        foreach (var (name, type) in Components)
        {
            if (!context.TryGetValue(name, out var held))
            {
                cause = $"The context has no '{name}'.";
                return false;
            }

            if (!type.Conforms(held, run, depth + 1, out cause))
            {
                cause = $"'{name}': {cause}";
                return false;
            }
        }

        return true;
    }

    private static string Shown(object? value)
    {
        var text = FeelFormat.ToText(value);
        return text.Length > 60 ? text[..60] + "…" : text;
    }
}
