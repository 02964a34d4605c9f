using System.Text;

namespace Orchestrator.Channels.Email;

/// <summary>Writes header values: RFC 2047 encoded words for what is not ASCII, folded lines, and never a line break from outside.</summary>
internal static class HeaderText
{
    private const int MaxWord = 75;
    private const int Overhead = 12;   // =?utf-8?B? and ?=

    /// <summary>Free text (subjects, display names). Control characters become spaces.</summary>
    public static string Encode(string text, int used)
    {
        var clean = Clean(text);
        if (clean.All(c => c is >= ' ' and <= '~') && !clean.Contains("=?", StringComparison.Ordinal) && used + clean.Length <= 76) return clean;

        var words = new StringBuilder();
        var room = Math.Max(MaxWord - used, 30);
        var chunk = new StringBuilder();
        var bytes = 0;
        foreach (var rune in clean.EnumerateRunes())
        {
            if (((bytes + rune.Utf8SequenceLength + 2) / 3 * 4) + Overhead > room)
            {
                Flush(words, chunk);
                (bytes, room) = (0, MaxWord - 1);
            }

            chunk.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }

        Flush(words, chunk);
        return words.ToString();
    }

    /// <summary><c>name &lt;address&gt;</c> or just the address.</summary>
    public static string Address(string? name, Mailbox mailbox, int used)
    {
        if (string.IsNullOrWhiteSpace(name)) return mailbox.Address;
        var plain = name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_');
        return $"{(plain && used + name.Length < 60 ? name : Encode(name, used))}\r\n <{mailbox.Address}>";
    }

    private static void Flush(StringBuilder words, StringBuilder chunk)
    {
        if (chunk.Length == 0) return;
        if (words.Length > 0) words.Append("\r\n ");
        words.Append("=?utf-8?B?").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(chunk.ToString()))).Append("?=");
        chunk.Clear();
    }

    private static string Clean(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? ' ' : source[i];
    });
}
