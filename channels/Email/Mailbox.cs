using System.Globalization;

namespace Orchestrator.Channels.Email;

/// <summary>A checked mailbox address with its domain in ASCII; the local part may be Unicode (SMTPUTF8).</summary>
internal sealed record Mailbox(string Local, string Domain)
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public string Address => $"{Local}@{Domain}";

    /// <summary>Only a Unicode local part needs SMTPUTF8; Unicode domains travel as punycode.</summary>
    public bool NeedsUtf8 => !IsAscii(Local);

    /// <summary>Null if it is no plain <c>local@domain</c>: no quotes, comments, spaces, line breaks or address literals.</summary>
    public static Mailbox? TryParse(string? text)
    {
        var at = text?.LastIndexOf('@') ?? -1;
        if (at is < 1 or > 64 || at > text!.Length - 4 || text.Length > 254) return null;
        var local = text[..at];
        if (local.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c) || "()<>[]:;,\\\"@".Contains(c, StringComparison.Ordinal))) return null;
        if (local.StartsWith('.') || local.EndsWith('.') || local.Contains("..", StringComparison.Ordinal)) return null;
        try
        {
            var domain = Idn.GetAscii(text[(at + 1)..]);
            return domain.Contains('.', StringComparison.Ordinal) || domain == "localhost" ? new Mailbox(local, domain) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsAscii(string text) => text.All(char.IsAscii);

    public override string ToString() => $"Mailbox at {Domain}";
}
