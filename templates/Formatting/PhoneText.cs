namespace Orchestrator.Templates.Formatting;

/// <summary>Phone numbers that a reader recognises as theirs and nobody else can use.</summary>
internal static class PhoneText
{
    /// <summary>Keeps the first three and the last four digits of a mainland number, the last four of any other.</summary>
    public static string Mask(string phone)
    {
        var digits = Digits(phone);
        if (digits.StartsWith("86", StringComparison.Ordinal) && digits.Length == 13)
            digits = digits[2..];
        return digits switch
        {
            { Length: 11 } when digits[0] == '1' => $"{digits[..3]}****{digits[^4..]}",
            { Length: > 4 } => $"****{digits[^4..]}",
            _ => "****",
        };
    }

    public static string Tail(string phone)
    {
        var digits = Digits(phone);
        return digits.Length >= 4 ? digits[^4..] : digits;
    }

    private static string Digits(string phone) => string.Concat(phone.Where(char.IsAsciiDigit));
}
