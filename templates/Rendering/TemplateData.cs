using System.Collections;

namespace Orchestrator.Templates.Rendering;

/// <summary>
/// Copies the declared values, checked and nothing else, into what the renderer sees: no object with members of its own ever gets there.
/// </summary>
internal static class TemplateData
{
    public static Dictionary<string, object?> Checked(
        IReadOnlyCollection<TemplateVariable> variables, IReadOnlyCollection<string> tokens, IReadOnlyDictionary<string, object?> data)
    {
        var copy = new Dictionary<string, object?>(variables.Count + tokens.Count, StringComparer.Ordinal);
        foreach (var token in tokens)
            copy[token] = Token(token, data);
        foreach (var variable in variables)
            copy[variable.Name] = Variable(variable, data.GetValueOrDefault(variable.Name));
        return copy;
    }

    private static string Token(string name, IReadOnlyDictionary<string, object?> data) =>
        data.GetValueOrDefault(name) is string value
            ? Bounded(name, value)
            : throw new TemplateException($"The token '{{{{{name}}}}}' has no value; it is filled from the channel account, the product or the channel's opt-out wording.");

    private static object? Variable(TemplateVariable variable, object? value)
    {
        if (value is null or "")
            return variable.Required ? throw new TemplateException($"The variable '{variable.Name}' has no value.") : null;
        var accepted = variable.Type switch
        {
            VariableType.Text => value is string text ? Bounded(variable.Name, text) : null,
            VariableType.Number or VariableType.Money => IsNumber(value) ? value : null,
            VariableType.Date => value is DateOnly or DateTimeOffset ? value : null,
            VariableType.Flag => value is bool ? value : null,
            VariableType.Url => value is string address && IsHttps(address) ? Bounded(variable.Name, address) : null,
            VariableType.List => value is IEnumerable items and not string ? List(variable.Name, items) : null,
            _ => null,
        };
        return accepted ?? throw new TemplateException($"The variable '{variable.Name}' takes {Wanted(variable.Type)}, not a {value.GetType().Name}.");
    }

    private static List<object?> List(string name, IEnumerable items)
    {
        var copy = new List<object?>();
        foreach (var item in items)
        {
            if (copy.Count == TemplateLimits.MaxListItems)
                throw new TemplateException($"The list '{name}' has more than {TemplateLimits.MaxListItems} items.");
            copy.Add(item is IReadOnlyDictionary<string, object?> fields
                ? fields.ToDictionary(field => field.Key, field => Scalar(name, field.Value), StringComparer.Ordinal)
                : Scalar(name, item));
        }

        return copy;
    }

    private static object? Scalar(string name, object? value) => value switch
    {
        null or bool => value,
        string text => Bounded(name, text),
        _ when IsNumber(value) => value,
        _ => throw new TemplateException($"Items of the list '{name}' are strings, numbers, flags or dictionaries of these, not a {value.GetType().Name}."),
    };

    private static string Bounded(string name, string value) =>
        value.Length <= TemplateLimits.MaxValueLength
            ? value
            : throw new TemplateException($"The value of '{name}' has {value.Length} characters; the limit is {TemplateLimits.MaxValueLength}.");

    private static bool IsNumber(object value) => value is int or long or short or byte or decimal or double or float or uint or ulong;

    private static bool IsHttps(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;

    private static string Wanted(VariableType type) => type switch
    {
        VariableType.Text => "a string",
        VariableType.Number or VariableType.Money => "a number",
        VariableType.Date => "a date",
        VariableType.Flag => "true or false",
        VariableType.Url => "an absolute https address",
        _ => "a list",
    };
}
