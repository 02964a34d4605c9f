using System.Globalization;

namespace Orchestrator.Templates;

/// <summary>Values as they are typed into forms and files: examples and stand-ins.</summary>
public static class PlainValue
{
    /// <summary>Reads a number with a decimal point, a date as 2026-12-08, true or false, or a text.</summary>
    /// <param name="type">The type it must have; lists have no plain form.</param>
    /// <param name="text">What was typed.</param>
    /// <returns>A value that rendering accepts; null: nothing was typed, or it is none of the type.</returns>
    public static object? Read(VariableType type, string? text) => string.IsNullOrWhiteSpace(text) ? null : type switch
    {
        VariableType.Number or VariableType.Money => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null,
        VariableType.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
        VariableType.Flag => text is "true" or "false" ? text == "true" : null,
        VariableType.Text or VariableType.Url => text,
        _ => null,
    };
}
