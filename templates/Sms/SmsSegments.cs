using System.Collections.Frozen;

namespace Orchestrator.Templates;

/// <summary>The alphabet a text message is sent in.</summary>
public enum SmsEncoding
{
    /// <summary>The GSM 7-bit default alphabet with its extension table: 160 septets in one segment, 153 in each of several.</summary>
    Gsm7,

    /// <summary>UCS-2: 70 UTF-16 units in one segment, 67 in each of several.</summary>
    Ucs2,
}

/// <summary>How long a text message is.</summary>
/// <param name="Encoding">The alphabet it needs.</param>
/// <param name="Characters">Characters as people count them.</param>
/// <param name="Units">Septets (GSM-7) or UTF-16 units (UCS-2).</param>
/// <param name="Segments">Segments that are billed; 0 for an empty text.</param>
/// <param name="FirstOutsideGsm7">The first character that forces UCS-2, or null.</param>
public sealed record SmsLength(SmsEncoding Encoding, int Characters, int Units, int Segments, string? FirstOutsideGsm7);

/// <summary>Counts segments of text messages the way networks split them.</summary>
public static class SmsSegments
{
    private static readonly FrozenSet<char> Basic = FrozenSet.ToFrozenSet(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");

    // Each of these takes an escape septet and a second one.
    private static readonly FrozenSet<char> Extended = FrozenSet.ToFrozenSet("\f^{}\\[~]|€");

    /// <summary>Measures a rendered text, signature and opt-out wording included.</summary>
    /// <param name="text">The text as it is sent.</param>
    /// <returns>Its encoding, length and segments.</returns>
    public static SmsLength Count(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var outside = FirstOutside(text);
        return outside is null
            ? new(SmsEncoding.Gsm7, text.Length, Septets(text), Gsm7Segments(text), null)
            : new(SmsEncoding.Ucs2, Characters(text), text.Length, Ucs2Segments(text), outside);
    }

    // Segmentation is dear; in most texts every unit is a character of its own.
    private static int Characters(string text)
    {
        foreach (var unit in text)
        {
            if (!StandsAlone(unit))
                return new System.Globalization.StringInfo(text).LengthInTextElements;
        }

        return text.Length;
    }

    /// <summary>Latin, punctuation, CJK signs and ideographs, full-width forms: nothing that combines, joins or is half of a pair.</summary>
    private static bool StandsAlone(char unit) =>
        unit is (>= ' ' and < '\u0300') or (>= '\u2010' and <= '\u2027') or (>= '\u3000' and <= '\u3029') or (>= '\u4e00' and <= '\u9fff') or (>= '\uff01' and <= '\uff60') or '\n';

    private static string? FirstOutside(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!Basic.Contains(text[i]) && !Extended.Contains(text[i]))
                return char.IsSurrogatePair(text, i) ? text.Substring(i, 2) : text[i].ToString();
        }

        return null;
    }

    private static int Septets(string text) => text.Length + text.Count(Extended.Contains);

    private static int Gsm7Segments(string text)
    {
        if (Septets(text) <= 160)
            return text.Length == 0 ? 0 : 1;
        return Split(text.Length, 153, i => Extended.Contains(text[i]) ? (2, 1) : (1, 1));
    }

    private static int Ucs2Segments(string text)
    {
        if (text.Length <= 70)
            return 1;
        return Split(text.Length, 67, i => i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? (2, 2) : (1, 1));
    }

    // An escape pair or a surrogate pair never straddles two segments: it moves to the next as a whole.
    private static int Split(int length, int capacity, Func<int, (int Units, int Chars)> at)
    {
        var (segments, used) = (1, 0);
        for (var i = 0; i < length;)
        {
            var (units, chars) = at(i);
            if (used + units > capacity)
                (segments, used) = (segments + 1, 0);
            used += units;
            i += chars;
        }

        return segments;
    }
}
