using System.Text.RegularExpressions;

namespace Orchestrator.Channels.Email.Smtp;

/// <summary>A reply of an SMTP server: code, enhanced status code (RFC 3463) if given, and text.</summary>
internal sealed partial record SmtpReply(int Code, string Text)
{
    /// <summary><c>5.1.1</c>, or null.</summary>
    public string? Enhanced { get; } = EnhancedCode().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    public bool IsPositive => Code is >= 200 and < 400;

    [GeneratedRegex(@"^([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")]
    private static partial Regex EnhancedCode();
}

/// <summary>The server broke the protocol or hung up.</summary>
internal sealed class SmtpBrokenException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The server refused before a mail was begun (greeting, TLS, sign-in).</summary>
internal sealed class SmtpRefusedException(SmtpReply reply, string step) : Exception($"{step}: {reply.Code} {reply.Text}")
{
    public SmtpReply Reply { get; } = reply;

    public string Step { get; } = step;
}
