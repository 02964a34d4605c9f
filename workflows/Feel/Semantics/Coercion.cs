namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>Implicit conversions (DMN 1.5, 10.3.2.9.4): to and from singleton lists, and from dates to date and time.</summary>
internal static class Coercion
{
    private const int MaxUnwrapping = 16;

    public static bool TryConvert(object? value, FeelType type, out object? converted) => TryConvert(value, type, 0, out converted);

    private static bool TryConvert(object? value, FeelType type, int depth, out object? converted)
    {
        converted = value;
        if (value is null || type.Holds(value))
        {
            return true;
        }

        if (type.Kind == FeelKind.List && value is not IReadOnlyList<object?>)
        {
            converted = TryConvert(value, type.Element!, depth, out var item) ? new FeelList([item]) : null;
            return converted is not null;
        }

        if (value is IReadOnlyList<object?> { Count: 1 } single && type.Kind != FeelKind.List && depth < MaxUnwrapping)
        {
            return TryConvert(single[0], type, depth + 1, out converted);
        }

        if (type.Kind == FeelKind.DateTime && value is FeelDate date)
        {
            converted = Addition.AsDateTime(date);
            return true;
        }

        converted = null;
        return false;
    }
}
