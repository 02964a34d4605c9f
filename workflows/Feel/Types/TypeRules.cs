using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Feel;

/// <summary>Instance and conformance checks (DMN 1.5, 10.3.2.9).</summary>
internal static class TypeRules
{
    public static bool Holds(FeelType type, object? value) => type.Kind switch
    {
        FeelKind.Any => true,
        FeelKind.Null => value is null,
        FeelKind.Number => FeelNumber.Is(value),
        FeelKind.String => value is string,
        FeelKind.Boolean => value is bool,
        FeelKind.Date => value is FeelDate,
        FeelKind.Time => value is FeelTime,
        FeelKind.DateTime => value is FeelDateTime,
        FeelKind.DayTimeDuration => value is DayTimeDuration,
        FeelKind.YearMonthDuration => value is YearMonthDuration,
        FeelKind.List => value is IReadOnlyList<object?> list && HoldsAll(type.Element!, list),
        FeelKind.Range => value is FeelRange range && HoldsRange(type.Element!, range),
        FeelKind.Context => value is FeelContext context && HoldsContext(type, context),
        FeelKind.Function => value is FeelFunction function && HoldsFunction(type, function),
        _ => false,
    };

    public static bool Conforms(FeelType type, FeelType other)
    {
        if (ReferenceEquals(type, other) || other.Kind == FeelKind.Any || type.Kind == FeelKind.Null)
        {
            return true;
        }

        return type.Kind == other.Kind && type.Kind switch
        {
            FeelKind.List or FeelKind.Range => Conforms(type.Element!, other.Element!),
            FeelKind.Context => ConformsContext(type, other),
            FeelKind.Function => ConformsFunction(type, other),
            _ => true,
        };
    }

    /// <summary>The type of a value, as far as the value shows it.</summary>
    public static FeelType Of(object? value) => value switch
    {
        null => FeelType.Null,
        decimal or Decimal128 => FeelType.Number,
        string => FeelType.String,
        bool => FeelType.Boolean,
        FeelDate => FeelType.Date,
        FeelTime => FeelType.Time,
        FeelDateTime => FeelType.DateTime,
        DayTimeDuration => FeelType.DayTimeDuration,
        YearMonthDuration => FeelType.YearMonthDuration,
        IReadOnlyList<object?> => FeelType.List,
        FeelRange range => FeelType.RangeOf(Of(range.Start ?? range.End)),
        FeelContext => FeelType.Context,
        FeelFunction => FeelType.Function,
        _ => FeelType.Any,
    };

    private static bool HoldsAll(FeelType element, IReadOnlyList<object?> list)
    {
        if (element.Kind == FeelKind.Any)
        {
            return true;
        }

        FeelRun.Charge(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is { } value && !Holds(element, value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HoldsRange(FeelType element, FeelRange range) =>
        element.Kind == FeelKind.Any
        || ((range.Start is null || Holds(element, range.Start)) && (range.End is null || Holds(element, range.End)));

    private static bool HoldsContext(FeelType type, FeelContext context) =>
        type.Fields is null
        || type.Fields.All(field => context.TryGetValue(field.Key, out var value) && (value is null || Holds(field.Value, value)));

    private static bool HoldsFunction(FeelType type, FeelFunction function) =>
        type.Parameters is null || Conforms(function.Type, type);

    /// <summary>Whether a function may serve where one of this type is wanted: what it leaves undeclared is not held against it.</summary>
    public static bool MayServe(FeelType type, object? value)
    {
        if (value is not FeelFunction { Type: { Parameters: { } mine, Result: { } result } } || type.Kind != FeelKind.Function)
            return false;
        return type.Parameters is null
            || (mine.Count == type.Parameters.Count
                && type.Parameters.Zip(mine).All(pair => Conforms(pair.First, pair.Second))
                && (result.Kind == FeelKind.Any || Conforms(result, type.Result!)));
    }

    private static bool ConformsContext(FeelType type, FeelType other) =>
        other.Fields is null
        || (type.Fields is not null && other.Fields.All(field => type.Fields.TryGetValue(field.Key, out var mine) && Conforms(mine, field.Value)));

    private static bool ConformsFunction(FeelType type, FeelType other) =>
        other.Parameters is null
        || (type.Parameters is not null
            && type.Parameters.Count == other.Parameters.Count
            && other.Parameters.Zip(type.Parameters).All(pair => Conforms(pair.First, pair.Second))
            && Conforms(type.Result!, other.Result!));
}
