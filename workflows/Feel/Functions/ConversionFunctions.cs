using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>Functions that turn values into others (10.3.4.1), and <c>is</c>.</summary>
internal static class ConversionFunctions
{
    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("number", "from: string, grouping separator: string~, decimal separator: string~", Number)
            .Or("from: string", (call, a) => Plain((string)a[0]!) ?? call.Fail($"number(): '{a[0]}' is no number.")),
        BuiltIn.Of("string", "from: any", ToText),
        BuiltIn.Of("duration", "from: any", Duration),
        BuiltIn.Of("years and months duration", "from: any, to: any", MonthsBetween),
        BuiltIn.Of("is", "value1: any?, value2: any?", (_, a) => Is(a[0], a[1])),
    ];

    private static object? Number(Invocation call, object?[] a)
    {
        var (text, grouping, point) = ((string)a[0]!, (string?)a[1], (string?)a[2]);
        if (grouping is not (null or " " or "," or ".") || point is not (null or "," or ".") || (grouping is not null && grouping == point))
        {
            return call.Fail("number(): the separators must differ; grouping is ' ', ',' or '.', the decimal one ',' or '.'.");
        }

        var plain = grouping is null ? text : text.Replace(grouping, "", StringComparison.Ordinal);
        plain = point is "," ? plain.Contains('.', StringComparison.Ordinal) ? "" : plain.Replace(',', '.') : plain;
        return Plain(plain) ?? call.Fail($"number(): '{text}' is no number.");
    }

    private static object? Plain(string text) =>
        text.Length is > 0 and <= 8_000 && text.All(letter => char.IsAsciiDigit(letter) || letter is '.' or '-' or '+' or 'e' or 'E') && char.IsAsciiDigit(text[^1])
            ? FeelNumber.Parse(text)
            : null;

    private static object? ToText(Invocation call, object?[] a)
    {
        if (a[0] is null)
        {
            return null;
        }

        var text = CanonicalText.Write(a[0]);
        call.Run.CheckText(text.Length);
        return text;
    }

    private static object? Duration(Invocation call, object?[] a) => a[0] switch
    {
        string text => TemporalText.ParseDuration(text) ?? call.Fail($"duration(): '{text}' is no duration."),
        DayTimeDuration or YearMonthDuration => a[0],
        _ => call.Fail("duration(): the argument is no text."),
    };

    private static object? MonthsBetween(Invocation call, object?[] a)
    {
        if (AsDate(a[0]) is not { } from || AsDate(a[1]) is not { } to)
        {
            return call.Fail("years and months duration(): both arguments must be dates.");
        }

        var months = (to.Year - (long)from.Year) * 12 + to.Month - from.Month;
        months += months > 0 && to.Day < from.Day ? -1 : months < 0 && to.Day > from.Day ? 1 : 0;
        return new YearMonthDuration(months);
    }

    private static FeelDate? AsDate(object? value) => value as FeelDate ?? (value as FeelDateTime)?.Date;

    // The same in every respect: other than "=", it tells apart how a time is written.
    private static bool Is(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (FeelTime or FeelDateTime, _) => left.Equals(right),
        _ => left is not null && right is not null && Equality.Same(left, right),
    };
}
