using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Workflows.Feel;

[SuppressMessage("Naming", "CA1720", Justification = "These are the names that FEEL gives its types.")]
public enum FeelKind
{
    Any,
    Null,
    Number,
    String,
    Boolean,
    Date,
    Time,
    DateTime,
    DayTimeDuration,
    YearMonthDuration,
    List,
    Range,
    Context,
    Function,
}

/// <summary>A FEEL type. Lists and ranges have an element type, contexts may have fields, functions parameters and a result.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "These are the names that FEEL gives its types.")]
public sealed class FeelType
{
    private FeelType(FeelKind kind) => Kind = kind;

    public static FeelType Any { get; } = new(FeelKind.Any);

    public static FeelType Null { get; } = new(FeelKind.Null);

    public static FeelType Number { get; } = new(FeelKind.Number);

    public static FeelType String { get; } = new(FeelKind.String);

    public static FeelType Boolean { get; } = new(FeelKind.Boolean);

    public static FeelType Date { get; } = new(FeelKind.Date);

    public static FeelType Time { get; } = new(FeelKind.Time);

    public static FeelType DateTime { get; } = new(FeelKind.DateTime);

    public static FeelType DayTimeDuration { get; } = new(FeelKind.DayTimeDuration);

    public static FeelType YearMonthDuration { get; } = new(FeelKind.YearMonthDuration);

    /// <summary>Any context, whatever its entries.</summary>
    public static FeelType Context { get; } = new(FeelKind.Context);

    /// <summary>Any function.</summary>
    public static FeelType Function { get; } = new(FeelKind.Function);

    /// <summary>Any list.</summary>
    public static FeelType List { get; } = ListOf(Any);

    /// <summary>Any range.</summary>
    public static FeelType Range { get; } = RangeOf(Any);

    public FeelKind Kind { get; }

    /// <summary>Of a list or range.</summary>
    public FeelType? Element { get; private init; }

    /// <summary>Of a context; null where any entries will do.</summary>
    public IReadOnlyDictionary<string, FeelType>? Fields { get; private init; }

    /// <summary>Of a function; null where any parameters will do.</summary>
    public IReadOnlyList<FeelType>? Parameters { get; private init; }

    /// <summary>Of a function.</summary>
    public FeelType? Result { get; private init; }

    public static FeelType ListOf(FeelType element) => new(FeelKind.List) { Element = element };

    public static FeelType RangeOf(FeelType element) => new(FeelKind.Range) { Element = element };

    public static FeelType ContextOf(IEnumerable<KeyValuePair<string, FeelType>> fields) =>
        new(FeelKind.Context) { Fields = new ReadOnlyDictionary<string, FeelType>(new Dictionary<string, FeelType>(fields)) };

    public static FeelType FunctionOf(IReadOnlyList<FeelType> parameters, FeelType result) =>
        new(FeelKind.Function) { Parameters = parameters, Result = result };

    /// <summary>The built-in type of that name ("number", "date and time", …), or null.</summary>
    public static FeelType? Named(string name) => name switch
    {
        "Any" => Any,
        "Null" => Null,
        "number" => Number,
        "string" => String,
        "boolean" => Boolean,
        "date" => Date,
        "time" => Time,
        "date and time" or "dateTime" => DateTime,
        "days and time duration" or "dayTimeDuration" => DayTimeDuration,
        "years and months duration" or "yearMonthDuration" => YearMonthDuration,
        "list" => List,
        "range" => Range,
        "context" => Context,
        "function" => Function,
        _ => null,
    };

    /// <summary>Whether the value is an instance of this type. Null is one of Any and Null only.</summary>
    public bool Holds(object? value) => TypeRules.Holds(this, value);

    /// <summary>Whether every value of this type is also one of <paramref name="other"/>.</summary>
    public bool ConformsTo(FeelType other) => TypeRules.Conforms(this, other);

    public override string ToString() => Kind switch
    {
        FeelKind.Number => "number",
        FeelKind.String => "string",
        FeelKind.Boolean => "boolean",
        FeelKind.Date => "date",
        FeelKind.Time => "time",
        FeelKind.DateTime => "date and time",
        FeelKind.DayTimeDuration => "days and time duration",
        FeelKind.YearMonthDuration => "years and months duration",
        FeelKind.List => $"list<{Element}>",
        FeelKind.Range => $"range<{Element}>",
        FeelKind.Context when Fields is null => "context",
        FeelKind.Context => $"context<{string.Join(", ", Fields!.Select(field => $"{field.Key}: {field.Value}"))}>",
        FeelKind.Function when Parameters is null => "function",
        FeelKind.Function => $"function<{string.Join(", ", Parameters!)}> -> {Result}",
        _ => Kind.ToString(),
    };
}
