namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>Implicit conversions (DMN 1.5, 10.3.2.9.4): to and from singleton lists, and from dates to date and time. One step, never two.</summary>
internal static class Coercion
{
    public static bool TryConvert(object? value, FeelType type, out object? converted)
    {
        converted = value;
        if (value is null || type.Holds(value) || TypeRules.MayServe(type, value))
        {
            return true;
        }

        converted = (value, type.Kind) switch
        {
            (FeelDate date, FeelKind.DateTime) => Addition.AsDateTime(date),
            (IReadOnlyList<object?> { Count: 1 } single, _) when type.Kind != FeelKind.List && single[0] is { } item && type.Holds(item) => item,
            (not IReadOnlyList<object?>, FeelKind.List) when type.Element!.Holds(value) => new FeelList([value]),
            _ => null,
        };
        return converted is not null;
    }
}
