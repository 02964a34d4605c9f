using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Templates;

/// <summary>The identity of a template's content.</summary>
public static class TemplateHash
{
    /// <summary>SHA-256 over everything that can change what a customer reads; the id and examples are not part of it.</summary>
    /// <param name="template">The template.</param>
    /// <param name="partials">The partials it is compiled with; null: its own.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <exception cref="TemplateException">A text is not well-formed Unicode.</exception>
    public static string Of(MessageTemplate template, IReadOnlyDictionary<string, string>? partials = null)
    {
        var content = new StringBuilder();
        Add(content, template.Channel.ToString());
        Add(content, template.Language);
        Add(content, template.Purpose.ToString());
        Add(content, template.Title);
        Add(content, template.Body);
        Add(content, template.Html);
        foreach (var variable in template.Variables.OrderBy(variable => variable.Name, StringComparer.Ordinal))
        {
            Add(content, $"{variable.Name}:{variable.Type}:{variable.Required}");
            if (variable.Attribute is { } attribute)
            {
                Add(content, $"attribute:{attribute}:{variable.Masked}:{variable.MaxLength}");
                Add(content, variable.Fallback);
            }
        }
        foreach (var (name, text) in (partials ?? template.Partials).OrderBy(partial => partial.Key, StringComparer.Ordinal))
            Add(content, $"{name}={text}");
        if (template.Registered is { } registered)
        {
            // Neither a variable nor a partial has a field like this one.
            Add(content, "registered");
            Add(content, registered.Code);
            foreach (var parameter in registered.Parameters)
            {
                Add(content, parameter.Name);
                Add(content, parameter.Value);
            }
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString())));
    }

    // Length first: no two lists of fields can run together into the same text.
    private static void Add(StringBuilder content, string? field)
    {
        try
        {
            content.Append(field?.Length ?? -1).Append(':').Append(field?.Normalize(NormalizationForm.FormC));
        }
        catch (ArgumentException broken)
        {
            throw new TemplateException("The text holds half of a character, such as a broken emoji; type it again.", broken);
        }
    }
}
