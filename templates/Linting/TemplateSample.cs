using System.Globalization;

namespace Orchestrator.Templates.Linting;

/// <summary>Values that stand in for real ones in previews and length checks.</summary>
public static class TemplateSample
{
    /// <summary>The variable's example in its own type, or a typical value where it has none that can be read.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="today">Stands in for dates without an example.</param>
    /// <returns>A value that rendering accepts.</returns>
    public static object Of(TemplateVariable variable, DateOnly today) => variable.Type switch
    {
        VariableType.Number or VariableType.Money =>
            decimal.TryParse(variable.Example, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : 100m,
        VariableType.Date =>
            DateOnly.TryParseExact(variable.Example, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : today,
        VariableType.Flag => variable.Example != "false",
        VariableType.Url => variable.Example ?? "https://app.example/m",
        VariableType.List => variable.Example is { } items ? items.Split('|') : new List<string>(),
        _ => variable.Example ?? "示例",
    };
}
