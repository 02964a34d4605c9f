using System.Globalization;
using System.Numerics;

namespace Orchestrator.Workflows.Feel;

/// <summary>
/// Arithmetic of 34 digits over <see cref="decimal"/> and <see cref="Decimal128"/>. Every operation first tries decimal and
/// keeps its result only where it is exact; results out of range are null.
/// </summary>
internal static class FeelNumber
{
    public static bool Is(object? value) => value is decimal or Decimal128;

    public static WideNumber Wide(object number) => number is decimal value ? WideNumber.From(value) : ((Decimal128)number).Wide;

    public static object? Add(object left, object right)
    {
        if (left is decimal l && right is decimal r && TryAdd(l, r, out var sum))
        {
            return sum;
        }

        return (Wide(left) + Wide(right)).ToNumber();
    }

    public static object? Subtract(object left, object right)
    {
        if (left is decimal l && right is decimal r && TryAdd(l, -r, out var difference))
        {
            return difference;
        }

        return (Wide(left) - Wide(right)).ToNumber();
    }

    public static object? Multiply(object left, object right)
    {
        if (left is decimal l && right is decimal r && TryMultiply(l, r, out var product))
        {
            return product;
        }

        return (Wide(left) * Wide(right)).ToNumber();
    }

    /// <summary>Null for a zero divisor.</summary>
    public static object? Divide(object left, object right)
    {
        if (IsZero(right))
        {
            return null;
        }

        if (left is decimal l && right is decimal r && TryDivide(l, r, out var quotient))
        {
            return quotient;
        }

        return WideNumber.Divide(Wide(left), Wide(right)).ToNumber();
    }

    public static object Negate(object number) =>
        number is decimal value ? value == 0 ? 0m : -value : new Decimal128(-((Decimal128)number).Wide.Coefficient, ((Decimal128)number).Wide.Exponent);

    public static bool IsZero(object number) => number is decimal value && value == 0;

    public static int Sign(object number) => number is decimal value ? Math.Sign(value) : ((Decimal128)number).Wide.Coefficient.Sign;

    public static bool IsInteger(object number) => number is decimal value ? decimal.IsInteger(value) : ((Decimal128)number).Wide.IsInteger;

    public static int Compare(object left, object right) =>
        left is decimal l && right is decimal r ? l.CompareTo(r) : WideNumber.Compare(Wide(left), Wide(right));

    public static new bool Equals(object left, object right) =>
        left is decimal l ? right is decimal r && l == r : left is Decimal128 wide && wide.Equals(right as Decimal128);

    public static object? From(double value)
    {
        if (!double.IsFinite(value))
        {
            return null;
        }

        return Parse(value.ToString("R", CultureInfo.InvariantCulture));
    }

    public static object? From(BigInteger value) => new WideNumber(value, 0).ToNumber();

    /// <summary>The whole number towards zero, or null where it has no place in a long.</summary>
    public static long? ToLong(object? number) => number switch
    {
        decimal value when value is >= long.MinValue and <= long.MaxValue => (long)value,
        _ => null,
    };

    /// <summary>Reads digits with an optional sign, point and exponent; null where it is none or out of range.</summary>
    public static object? Parse(ReadOnlySpan<char> text)
    {
        var mark = text.IndexOfAny('e', 'E');
        var exponent = 0;
        if (mark >= 0 && !int.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return null;
        }

        var digits = mark >= 0 ? text[..mark] : text;
        if (mark < 0 && digits.Length <= 28 && decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return value == 0 ? 0m : value;
        }

        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits.ToString() : string.Concat(digits[..point], digits[(point + 1)..]);
        if (!BigInteger.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var coefficient) || Math.Abs((long)exponent) > 20_000)
        {
            return null;
        }

        return new WideNumber(coefficient, exponent - (point < 0 ? 0 : digits.Length - point - 1)).ToNumber();
    }

    public static string ToText(object number) =>
        number is decimal value ? value.ToString("0.############################", CultureInfo.InvariantCulture) : number.ToString()!;

    public static double ToDouble(object number) => number is decimal value ? (double)value : ((Decimal128)number).ToDouble();

    // decimal rounds silently when the scale must shrink; an exact sum keeps the larger scale of the two.
    private static bool TryAdd(decimal left, decimal right, out decimal sum)
    {
        try
        {
            sum = left + right;
            return sum.Scale == Math.Max(left.Scale, right.Scale);
        }
        catch (OverflowException)
        {
            sum = 0;
            return false;
        }
    }

    // An exact product has the scales added; a smaller scale means that digits were dropped.
    private static bool TryMultiply(decimal left, decimal right, out decimal product)
    {
        try
        {
            product = left * right;
            return product.Scale == left.Scale + right.Scale || left == 0 || right == 0;
        }
        catch (OverflowException)
        {
            product = 0;
            return false;
        }
    }

    private static bool TryDivide(decimal left, decimal right, out decimal quotient)
    {
        try
        {
            quotient = left / right;
            return left == 0 || (quotient != 0 && TryMultiply(quotient, right, out var back) && back == left);
        }
        catch (OverflowException)
        {
            quotient = 0;
            return false;
        }
    }
}
