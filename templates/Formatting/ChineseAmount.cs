using System.Text;

namespace Orchestrator.Templates.Formatting;

/// <summary>Amounts in capital characters as contracts and vouchers carry them: 壹万贰仟零叁元伍角整.</summary>
internal static class ChineseAmount
{
    private const string Digits = "零壹贰叁肆伍陆柒捌玖";
    private const decimal Limit = 1_000_000_000_000m;
    private static readonly string[] Places = ["仟", "佰", "拾", ""];
    private static readonly string[] Groups = ["", "万", "亿"];

    /// <summary>Rounded to fen; below one trillion, else refused.</summary>
    public static string Write(decimal amount)
    {
        var fen = Math.Round(Math.Abs(amount), 2, MidpointRounding.AwayFromZero);
        if (fen >= Limit)
            throw new TemplateException($"The helper 'capital' writes amounts below {Limit:N0} only.");

        var yuan = (long)decimal.Truncate(fen);
        var cents = (int)((fen - yuan) * 100);
        var text = new StringBuilder(amount < 0 && fen > 0 ? "负" : "");
        if (yuan > 0 || cents == 0)
            text.Append(Whole(yuan)).Append('元');
        return text.Append(Cents(cents, afterYuan: yuan > 0)).ToString();
    }

    private static string Whole(long yuan)
    {
        if (yuan == 0)
            return "零";
        var text = new StringBuilder();
        var gap = false;
        for (var group = Groups.Length - 1; group >= 0; group--)
        {
            var value = (int)(yuan / (long)Math.Pow(10_000, group) % 10_000);
            if (value == 0)
            {
                gap |= text.Length > 0;
                continue;
            }

            if (text.Length > 0 && (gap || value < 1_000))
                text.Append('零');
            text.Append(Group(value)).Append(Groups[group]);
            gap = false;
        }

        return text.ToString();
    }

    private static string Group(int value)
    {
        var text = new StringBuilder();
        var zero = false;
        for (var place = 0; place < 4; place++)
        {
            var digit = value / (int)Math.Pow(10, 3 - place) % 10;
            if (digit == 0)
            {
                zero |= text.Length > 0;
                continue;
            }

            if (zero)
                text.Append('零');
            text.Append(Digits[digit]).Append(Places[place]);
            zero = false;
        }

        return text.ToString();
    }

    private static string Cents(int cents, bool afterYuan)
    {
        var (jiao, fen) = (cents / 10, cents % 10);
        return (jiao, fen) switch
        {
            (0, 0) => "整",
            (_, 0) => $"{Digits[jiao]}角整",
            (0, _) => $"{(afterYuan ? "零" : "")}{Digits[fen]}分",
            _ => $"{Digits[jiao]}角{Digits[fen]}分",
        };
    }
}
