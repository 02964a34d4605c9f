using Orchestrator.Host.Reachouts;

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
        Variables = VariablesOf(source),
    };

    public static TextDraft Of(TemplateVersion row) => new()
    {
        Channel = row.Channel, Language = row.Language, Purpose = row.Purpose, Title = row.Title, Body = row.Body, Html = row.Html, Variables = row.Template().Variables,
    };

    // A text for campaigns may come to name any variable that campaigns fill; others keep what they declare.
    private static IReadOnlyList<Orchestrator.Templates.TemplateVariable>? VariablesOf(TemplateVersion? source) =>
        source is null || TemplateLibrary.IsForCampaigns(source) ? null : source.Template().Variables;
}
