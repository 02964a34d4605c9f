namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>A field's JSON path (<c>phases[0].texts[1].body</c>) as an id that a link and a label can name.</summary>
internal static class FieldIds
{
    public static string Of(string path) =>
        "f-" + string.Create(path.Length, path, static (span, text) =>
        {
            for (var i = 0; i < text.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(text[i]) ? text[i] : '-';
        });
}
