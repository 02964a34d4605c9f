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
        VariableType.Number or VariableType.Money => PlainValue.Read(variable.Type, variable.Example) ?? 100m,
        VariableType.Date => PlainValue.Read(VariableType.Date, variable.Example) ?? today,
        VariableType.Flag => variable.Example != "false",
        VariableType.Url => variable.Example ?? "https://app.example/m",
        VariableType.List => variable.Example is { } items ? items.Split('|') : new List<string>(),
        _ when variable.Attribute is not null => AttributeValue.Of(variable, variable.Example ?? "示例", MessageChannel.InApp) ?? "示例",
        _ => variable.Example ?? "示例",
    };
}
