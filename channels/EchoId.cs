using System.Globalization;

namespace Orchestrator.Channels;

/// <summary>Writes and reads "message id + attempt" as one token of at most 64 characters that every provider's echo field can carry.</summary>
public static class EchoId
{
    /// <summary>Longest message id.</summary>
    public const int MaxMessageId = 56;

    /// <summary>Joins id and attempt: <c>12.345.1</c> and 2 give <c>12.345.1-2</c>.</summary>
    /// <exception cref="ArgumentException">The id is empty, too long or has a character outside <c>A–Z a–z 0–9 . _ -</c>, or the attempt is below 1.</exception>
    public static string Format(string messageId, int attempt)
    {
        ArgumentException.ThrowIfNullOrEmpty(messageId);
        if (messageId.Length > MaxMessageId || messageId.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
            throw new ArgumentException($"Message id '{messageId}' must be at most {MaxMessageId} characters of A-Z a-z 0-9 . _ -", nameof(messageId));
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(attempt, 999_999);
        return string.Create(CultureInfo.InvariantCulture, $"{messageId}-{attempt}");
    }

    /// <summary>Splits an echoed token; false if it is not one of ours.</summary>
    public static bool TryParse(string? echo, out string messageId, out int attempt)
    {
        messageId = "";
        attempt = 0;
        var dash = echo?.LastIndexOf('-') ?? -1;
        if (dash is < 1 or > MaxMessageId) return false;
        if (!int.TryParse(echo.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out attempt) || attempt < 1) return false;
        messageId = echo![..dash];
        return true;
    }
}
