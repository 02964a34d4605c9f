using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.WebConsole.Forms;
using Orchestrator.Templates;

namespace Orchestrator.Host.WebConsole.Pages.Templates;

/// <summary>The text fields of the editing form.</summary>
internal static class PostedText
{
    public static TextDraft Read(IFormCollection form, TemplateVersion? source) => new()
    {
        Channel = source?.Channel ?? form["text.channel"].ToString(),
        Language = source?.Language ?? form["text.language"].ToString(),
        Purpose = form["text.purpose"].ToString() is { Length: > 0 } purpose ? purpose : source?.Purpose ?? "marketing",
        Title = form["text.title"].ToString().Trim(),
        Body = form["text.body"].ToString().ReplaceLineEndings("\n").Trim(),
        Html = form["text.html"].ToString().ReplaceLineEndings("\n").Trim(),
        Variables = Declared(form, source),
    };

    public static TextDraft Of(TemplateVersion row) => new()
    {
        Channel = row.Channel, Language = row.Language, Purpose = row.Purpose, Title = row.Title, Body = row.Body, Html = row.Html, Variables = row.Template().Variables,
    };

    /// <summary>What the author of a text declared, beside the variables that campaigns fill.</summary>
    public static IReadOnlyList<TemplateVariable> DeclaredBy(TemplateVersion row) => [.. row.Template().Variables.Where(variable => variable.Attribute is not null || BriefTemplates.Variables.All(known => known.Name != variable.Name))];

    private static List<TemplateVariable> Declared(IFormCollection form, TemplateVersion? source)
    {
        var json = PostedJson.Read(form, Numbers, new HashSet<string>());
        PostedJson.DropEmpty(json);
        var optional = source?.Template().Variables.Where(variable => !variable.Required).Select(variable => variable.Name).ToHashSet() ?? [];
        return [.. ((json["text"] as JsonObject)?["variables"] as JsonArray ?? []).OfType<JsonObject>().Select(Variable).Select(variable => variable with { Required = !optional.Contains(variable.Name) })];
    }

    private static TemplateVariable Variable(JsonObject fields) => new(
        Text(fields, "name") ?? "", Enum.TryParse<VariableType>(Text(fields, "type"), ignoreCase: true, out var type) ? type : VariableType.Text, Example: Text(fields, "example"))
    {
        Attribute = Text(fields, "attribute"),
        Fallback = Text(fields, "fallback"),
        Masked = fields["masked"] is not null,
        // What is no number is as wrong as one below the least.
        MaxLength = Text(fields, "maxLength") is { } length ? int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : 0 : null,
    };

    private static string? Text(JsonObject fields, string name) => fields[name]?.ToString();

    private static readonly HashSet<string> Numbers = ["maxLength"];
}
