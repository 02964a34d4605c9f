using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Texts of the library as the brief's form offers them: chosen by key, put into the fields of a phase, and then the brief's own.</summary>
internal sealed class LibraryTexts(TemplateLibrary library)
{
    /// <summary>Name of the button that takes a key's texts into a phase, followed by the phase's number.</summary>
    public const string Button = "texts-";

    /// <summary>Keys with a published text that a campaign can fill.</summary>
    public async Task<IReadOnlyList<(string Key, string Name)>> KeysAsync(CancellationToken cancellationToken) =>
        [.. (await library.ListAsync(new TemplateFilter(State: TemplateState.Published), cancellationToken)).Where(row => row.Channel != TextDraft.Partial && TemplateLibrary.IsForCampaigns(row))
            .GroupBy(row => row.Key, StringComparer.Ordinal).Select(group => (group.Key, $"{(Texts.IsChinese ? group.First().NameZh : group.First().NameEn)} ({group.Count()})"))];

    /// <summary>When the form asks for it, replaces what was typed for the phase's texts by the library's; other fields stay as they were typed.</summary>
    public async Task FillAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !http.Request.HasFormContentType)
            return;
        var form = http.Request.Form;
        var asked = form["_add"].ToString();
        if (!asked.StartsWith(Button, StringComparison.Ordinal) || !int.TryParse(asked.AsSpan(Button.Length), out var phase) || form[$"_library-{phase}"].ToString() is not { Length: > 0 } key)
            return;
        var fields = form.ToDictionary(field => field.Key, field => field.Value);
        foreach (var text in await library.TextsAsync(key, cancellationToken))
        {
            var slot = BriefChoices.TextSlots.ToList().IndexOf((text.Channel, text.Language));
            if (slot < 0)
                continue;
            var at = $"phases[{phase}].texts[{slot}]";
            fields[$"{at}.body"] = text.Body;
            fields[$"{at}.subject"] = text.Subject ?? "";
            fields[$"{at}.html"] = text.Html ?? "";
            foreach (var field in form.Keys.Where(name => name.StartsWith($"{at}.variables[", StringComparison.Ordinal)))
                fields.Remove(field);
            foreach (var (variable, i) in text.Variables.Select((variable, i) => (variable, i)))
                Declare(fields, string.Create(CultureInfo.InvariantCulture, $"{at}.variables[{i}]"), variable);
            // The template stood for the words that go.
            foreach (var field in form.Keys.Where(name => name.StartsWith($"{at}.template.", StringComparison.Ordinal)))
                fields[field] = "";
        }
        http.Request.Form = new FormCollection(fields, form.Files);
    }

    private static void Declare(Dictionary<string, StringValues> fields, string at, TemplateVariable variable)
    {
        fields[$"{at}.name"] = variable.Name;
        fields[$"{at}.type"] = JsonNamingPolicy.CamelCase.ConvertName(variable.Type.ToString());
        fields[$"{at}.attribute"] = variable.Attribute;
        fields[$"{at}.fallback"] = variable.Fallback;
        fields[$"{at}.example"] = variable.Example;
        fields[$"{at}.maxLength"] = variable.MaxLength?.ToString(CultureInfo.InvariantCulture);
        if (variable.Masked)
            fields[$"{at}.masked"] = "true";
    }
}
