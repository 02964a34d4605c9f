using System.Globalization;

namespace Orchestrator.Templates.Formatting;

/// <summary>Amounts with thousands separators; whole amounts without decimals, others with two.</summary>
internal static class MoneyText
{
    public static string Write(decimal amount, string currency, bool chinese)
    {
        var number = Plain(Math.Round(amount, 2, MidpointRounding.AwayFromZero), fractionDigits: 2);
        return (chinese, currency) switch
        {
            (true, "CNY") => $"{number}元",
            _ => $"{currency} {number}",
        };
    }

    public static string Plain(decimal number) => number.ToString("#,##0.############", CultureInfo.InvariantCulture);

    private static string Plain(decimal number, int fractionDigits) =>
        number.ToString(decimal.IsInteger(number) ? "N0" : $"N{fractionDigits}", CultureInfo.InvariantCulture);
}
