using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Channels;

namespace Orchestrator.Host.Audiences;

/// <summary>Why a value was refused: a text key and its arguments.</summary>
public sealed record ValueProblem(string TextKey, params object[] Args);

/// <summary>The rules for single values of a customer, the same for JSON and CSV. A value that is no problem comes back in its stored form.</summary>
internal static partial class CustomerValues
{
    public const int LongestText = 500;
    private static readonly string[] Yes = ["true", "1", "yes", "y", "是"];
    private static readonly string[] No = ["false", "0", "no", "n", "否"];

    [GeneratedRegex(@"^[^\s\p{C}](?:[^\p{C}]{0,98}[^\s\p{C}])?$")]
    private static partial Regex ExternalIdPattern();

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex LanguagePattern();

    public static ValueProblem? CheckExternalId(string? text) =>
        text is not null && ExternalIdPattern().IsMatch(text) ? null : new ValueProblem("audience.field.external-id");

    public static ValueProblem? CheckLanguage(string text) => LanguagePattern().IsMatch(text) ? null : new ValueProblem("audience.field.language");

    public static ValueProblem? CheckTimeZone(string text) =>
        text.Contains('/', StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _) ? null : new ValueProblem("audience.field.time-zone");

    public static ValueProblem? CheckAddress(ChannelKind channel, string text, out string? normalised)
    {
        normalised = CustomerAddresses.Normalise(channel, text);
        return normalised is null ? new ValueProblem($"audience.field.address-{CustomerChannels.NameOf(channel)}") : null;
    }

    /// <summary>A JSON value as its stored token.</summary>
    public static ValueProblem? Read(AttributeType type, JsonElement value, out string? token)
    {
        token = null;
        switch (type, value.ValueKind)
        {
            case (_, JsonValueKind.Null):
                return null;
            case (AttributeType.Number, JsonValueKind.Number) when value.TryGetDecimal(out var number):
                token = Token(number);
                return null;
            case (AttributeType.Boolean, JsonValueKind.True or JsonValueKind.False):
                token = value.GetRawText();
                return null;
            case (AttributeType.Date or AttributeType.Text, JsonValueKind.String):
                return Read(type, value.GetString()!, out token);
            default:
                return Mismatch(type);
        }
    }

    /// <summary>The text of a cell as its stored token.</summary>
    public static ValueProblem? Read(AttributeType type, string text, out string? token)
    {
        token = null;
        switch (type)
        {
            case AttributeType.Number when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number):
                token = Token(number);
                return null;
            case AttributeType.Boolean when ReadYesNo(text) is { } flag:
                token = flag ? "true" : "false";
                return null;
            case AttributeType.Date when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _):
                token = JsonSerializer.Serialize(text);
                return null;
            case AttributeType.Text when text.Length <= LongestText:
                token = JsonSerializer.Serialize(text, Web.JsonDefaults.Options);
                return null;
            default:
                return Mismatch(type);
        }
    }

    public static bool? ReadYesNo(string text) =>
        Yes.Contains(text, StringComparer.OrdinalIgnoreCase) ? true : No.Contains(text, StringComparer.OrdinalIgnoreCase) ? false : null;

    private static string Token(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    private static ValueProblem Mismatch(AttributeType type) => type switch
    {
        AttributeType.Number => new ValueProblem("audience.field.attribute-number"),
        AttributeType.Boolean => new ValueProblem("audience.field.attribute-boolean"),
        AttributeType.Date => new ValueProblem("audience.field.attribute-date"),
        _ => new ValueProblem("audience.field.attribute-text", LongestText),
    };
}
