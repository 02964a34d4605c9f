using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Host.Web;

/// <summary>
/// The one byte form of a JSON value that hashes are taken over: RFC 8785 (sorted members, no white space, minimal escapes), with text in NFC
/// and numbers as their normalised decimal string, so that 1.0 and 1 hash alike and no float rounding enters.
/// </summary>
public static class CanonicalJson
{
    private const int DepthLimit = 64;

    public static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    public static string Write<T>(T value) => Write(JsonSerializer.SerializeToElement(value, JsonDefaults.Options));

    /// <summary>SHA-256 over the UTF-8 of <paramref name="canonical"/>, in lower-case hex.</summary>
    public static string Hash(string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    private static void Append(StringBuilder text, JsonElement value, int depth)
    {
        if (depth > DepthLimit)
            throw new InvalidOperationException($"JSON is nested deeper than {DepthLimit} levels.");
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value, depth);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                text.AppendSeparated(value.EnumerateArray(), item => Append(text, item, depth + 1));
                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                AppendString(text, Normalise(value));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement value, int depth)
    {
        text.Append('{');
        text.AppendSeparated(
            value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal),
            member =>
            {
                AppendString(text, member.Name);
                text.Append(':');
                Append(text, member.Value, depth + 1);
            });
        text.Append('}');
    }

    private static void AppendSeparated<T>(this StringBuilder text, IEnumerable<T> items, Action<T> append)
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                text.Append(',');
            first = false;
            append(item);
        }
    }

    private static string Normalise(JsonElement number) =>
        number.TryGetDecimal(out var exact)
            ? exact.ToString("0.############################", CultureInfo.InvariantCulture)
            : number.GetDouble().ToString("R", CultureInfo.InvariantCulture);

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value.Normalize(NormalizationForm.FormC))
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
