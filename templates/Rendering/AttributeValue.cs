using System.Globalization;
using System.Text;
using Orchestrator.Templates.Formatting;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Templates;

/// <summary>
/// Turns what is on record of a customer into a value that a text may print. Nobody has read it before it goes out: whatever could act as a link, a
/// line or a signature is taken out of it or keeps it from being printed, and its length is bounded.
/// </summary>
public static class AttributeValue
{
    /// <summary>Numbers from here on are not printed.</summary>
    public const decimal Bound = 10_000_000_000m;

    private const int Decimals = 4;
    private const int Kept = 3;
    private const int PhoneDigits = 7;

    /// <summary>The value to print, or what stands in for it.</summary>
    /// <param name="variable">The variable that it fills.</param>
    /// <param name="value">A string, number, flag or date as it is on record; null: the customer has none.</param>
    /// <param name="channel">The channel of the text.</param>
    /// <returns>A value that rendering accepts; null: there is none that could be printed.</returns>
    public static object? Of(TemplateVariable variable, object? value, MessageChannel channel) => (variable.Type, value) switch
    {
        (VariableType.Text, string text) => Text(variable, text, channel),
        (VariableType.Number or VariableType.Money, decimal number) when Math.Abs(number) < Bound => Math.Round(number, Decimals, MidpointRounding.AwayFromZero),
        (VariableType.Date, DateOnly) => value,
        (VariableType.Flag, bool) => value,
        _ => null,
    } ?? PlainValue.Read(variable.Type, variable.Fallback);

    /// <summary>A value of which none of the type is longer when it is printed.</summary>
    /// <param name="variable">The variable that it fills.</param>
    /// <param name="chinese">Whether the text is Chinese.</param>
    /// <returns>A value that rendering accepts.</returns>
    public static object Longest(TemplateVariable variable, bool chinese) => variable.Type switch
    {
        VariableType.Number => -9_999_999_999.9999m,
        VariableType.Money => -9_999_999_999.99m,
        VariableType.Date => chinese ? new DateOnly(2026, 12, 28) : new DateOnly(2026, 9, 28),
        VariableType.Flag => true,
        // Not of GSM-7: one such character makes the whole message UCS-2.
        _ => new string('\u4e00', Math.Max(variable.MaxLength ?? TemplateVariable.UsualLength, variable.Fallback?.Length ?? 0)),
    };

    private static string? Text(TemplateVariable variable, string text, MessageChannel channel)
    {
        var clean = Cleaned(text, channel);
        if (clean is not { Length: > 0 } || clean.Length > (variable.MaxLength ?? TemplateVariable.UsualLength) || LinkChecks.HasLink(clean))
            return null;
        return variable.Masked ? Masked(clean) : clean;
    }

    /// <summary>One line without characters that show nothing or turn the reading direction; in text messages without the marks of signatures.</summary>
    private static string? Cleaned(string text, MessageChannel channel)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
                return null;
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator:
                    if (clean.Length > 0 && clean[^1] != ' ')
                        clean.Append(' ');
                    break;
                case UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                    break;
                default:
                    clean.Append((channel, rune.Value) switch
                    {
                        (MessageChannel.Sms, '【') => "[",
                        (MessageChannel.Sms, '】') => "]",
                        _ => rune.ToString(),
                    });
                    break;
            }
        }
        return clean.ToString().TrimEnd();
    }

    /// <summary>Of numbers of seven digits and more the last four are left, of all else the first character.</summary>
    private static string Masked(string text)
    {
        if (text.Count(char.IsAsciiDigit) >= PhoneDigits)
            return PhoneText.Mask(text);
        var first = Rune.GetRuneAt(text, 0).ToString();
        return first + new string('*', Math.Clamp(text.Length - first.Length, 1, Kept));
    }
}
