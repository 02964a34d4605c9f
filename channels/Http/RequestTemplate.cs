using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Channels.Http;

/// <summary>How values are escaped where they are inserted.</summary>
internal enum InsertAs { Raw, Json, Form, Xml }

/// <summary>Text with <c>${name}</c> placeholders, cut once and filled many times. <c>$${</c> stands for a literal <c>${</c>.</summary>
internal sealed class RequestTemplate
{
    private readonly (string Literal, string? Name)[] _parts;
    private readonly InsertAs _insert;

    public RequestTemplate(string template, InsertAs insert)
    {
        _insert = insert;
        _parts = [.. Cut(template)];
    }

    /// <summary>Names used, for checking them before the first send.</summary>
    public IEnumerable<string> Names => _parts.Where(p => p.Name is not null).Select(p => p.Name!);

    public string Fill(Func<string, string> value)
    {
        if (_parts is [{ Name: null } only]) return only.Literal;
        var text = new StringBuilder();
        foreach (var (literal, name) in _parts)
        {
            text.Append(literal);
            if (name is not null) text.Append(Escape(value(name)));
        }

        return text.ToString();
    }

    private string Escape(string value) => _insert switch
    {
        InsertAs.Json => JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
        InsertAs.Form => Uri.EscapeDataString(value),
        InsertAs.Xml => System.Security.SecurityElement.Escape(value),
        _ => value,
    };

    private static IEnumerable<(string, string?)> Cut(string template)
    {
        var literal = new StringBuilder();
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf("${", at, StringComparison.Ordinal);
            if (open < 0 || template.IndexOf('}', open) is var close && close < 0)
            {
                literal.Append(template, at, template.Length - at);
                break;
            }

            if (open > at && template[open - 1] == '$')
            {
                literal.Append(template, at, open - at - 1).Append("${");
                at = open + 2;
                continue;
            }

            literal.Append(template, at, open - at);
            yield return (literal.ToString(), template[(open + 2)..close].Trim());
            literal.Clear();
            at = close + 1;
        }

        if (literal.Length > 0) yield return (literal.ToString(), null);
    }
}
