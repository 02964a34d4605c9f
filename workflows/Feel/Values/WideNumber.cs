using System.Globalization;
using System.Numerics;

namespace Orchestrator.Workflows.Feel;

/// <summary>Coefficient × 10^Exponent: the slow, exact side of FEEL arithmetic. Rounding happens in <see cref="ToNumber"/>.</summary>
internal readonly record struct WideNumber(BigInteger Coefficient, int Exponent)
{
    public const int Precision = 34;
    private const int MaxAdjusted = 6144;
    private const int MinExponent = -6176;
    private static readonly BigInteger[] Powers = [.. Enumerable.Range(0, 128).Select(power => BigInteger.Pow(10, power))];
    private static readonly BigInteger DecimalLimit = BigInteger.One << 96;

    public static WideNumber From(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var coefficient = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        return new WideNumber(bits[3] < 0 ? -coefficient : coefficient, -value.Scale);
    }

    public static BigInteger Pow10(int power) => power < Powers.Length ? Powers[power] : BigInteger.Pow(10, power);

    public static int DigitsOf(BigInteger value)
    {
        value = BigInteger.Abs(value);
        if (value.IsZero)
        {
            return 1;
        }

        var guess = (int)((value.GetBitLength() - 1) * 0.30102999566398114);
        return value >= Pow10(guess) ? value >= Pow10(guess + 1) ? guess + 2 : guess + 1 : guess;
    }

    public static WideNumber operator +(WideNumber left, WideNumber right) => Align(left, right, static (l, r) => l + r);

    public static WideNumber operator -(WideNumber left, WideNumber right) => Align(left, right, static (l, r) => l - r);

    public static WideNumber operator *(WideNumber left, WideNumber right) =>
        new(left.Coefficient * right.Coefficient, left.Exponent + right.Exponent);

    /// <summary>The quotient with enough digits that rounding it to 34 is right; the last digit is sticky.</summary>
    public static WideNumber Divide(WideNumber left, WideNumber right)
    {
        var shift = Math.Max(0, Precision + 3 + DigitsOf(right.Coefficient) - DigitsOf(left.Coefficient));
        var quotient = BigInteger.DivRem(left.Coefficient * Pow10(shift), right.Coefficient, out var rest);
        if (!rest.IsZero)
        {
            quotient = quotient * 10 + (left.Coefficient.Sign * right.Coefficient.Sign);
            shift++;
        }

        return new WideNumber(quotient, left.Exponent - right.Exponent - shift);
    }

    public static int Compare(WideNumber left, WideNumber right)
    {
        if (left.Coefficient.Sign != right.Coefficient.Sign || left.Coefficient.IsZero)
        {
            return left.Coefficient.Sign.CompareTo(right.Coefficient.Sign);
        }

        var (leftSize, rightSize) = (left.Exponent + DigitsOf(left.Coefficient), right.Exponent + DigitsOf(right.Coefficient));
        return leftSize != rightSize
            ? leftSize.CompareTo(rightSize) * left.Coefficient.Sign
            : Align(left, right, static (l, r) => l - r).Coefficient.Sign;
    }

    /// <summary>The integer part towards zero.</summary>
    public BigInteger Truncate() => Exponent >= 0 ? Coefficient * Pow10(Exponent) : Coefficient / Pow10(-Exponent);

    public bool IsInteger => Exponent >= 0 || (Coefficient % Pow10(-Exponent)).IsZero;

    /// <summary>Rounds so that <paramref name="scale"/> digits stay behind the point (before it, where negative).</summary>
    public WideNumber RoundTo(int scale, RoundingRule rule)
    {
        var drop = -Exponent - scale;
        if (drop <= 0)
        {
            return this;
        }

        return DigitsOf(Coefficient) + 1 < drop
            ? new WideNumber(rule.AwayFromZero(Coefficient.Sign, 0, -1) ? Coefficient.Sign : 0, -scale)
            : new WideNumber(rule.Divide(Coefficient, Pow10(drop)), -scale);
    }

    /// <summary>The FEEL number: a decimal where that is exact, else a <see cref="Decimal128"/>; null beyond decimal128's range.</summary>
    public object? ToNumber()
    {
        var (coefficient, exponent) = (Coefficient, Exponent);
        var excess = DigitsOf(coefficient) - Precision;
        if (exponent + excess < MinExponent && exponent < MinExponent)
        {
            excess = Math.Max(excess, MinExponent - exponent);
        }

        if (excess > 0)
        {
            (coefficient, exponent) = RoundTo(-exponent - excess, RoundingRule.HalfEven);
        }

        while (!coefficient.IsZero && exponent < 0 && BigInteger.DivRem(coefficient, 10, out var rest) is var shorter && rest.IsZero)
        {
            (coefficient, exponent) = (shorter, exponent + 1);
        }

        if (coefficient.IsZero)
        {
            return 0m;
        }

        if (AsDecimal(coefficient, exponent) is { } exact)
        {
            return exact;
        }

        return exponent + DigitsOf(coefficient) - 1 > MaxAdjusted ? null : Canonical(coefficient, exponent);
    }

    private static decimal? AsDecimal(BigInteger coefficient, int exponent)
    {
        if (exponent is < -28 or > 28)
        {
            return null;
        }

        var size = BigInteger.Abs(exponent > 0 ? coefficient * Pow10(exponent) : coefficient);
        if (size >= DecimalLimit)
        {
            return null;
        }

        var (low, middle, high) = ((uint)(size & uint.MaxValue), (uint)((size >> 32) & uint.MaxValue), (uint)(size >> 64));
        return new decimal((int)low, (int)middle, (int)high, coefficient.Sign < 0, (byte)Math.Max(0, -exponent));
    }

    // One coefficient and exponent per value, so that equality can compare both.
    private static Decimal128 Canonical(BigInteger coefficient, int exponent)
    {
        while (BigInteger.DivRem(coefficient, 10, out var rest) is var shorter && rest.IsZero)
        {
            (coefficient, exponent) = (shorter, exponent + 1);
        }

        return new Decimal128(coefficient, exponent);
    }

    private static WideNumber Align(WideNumber left, WideNumber right, Func<BigInteger, BigInteger, BigInteger> combine)
    {
        var gap = left.Exponent - right.Exponent;
        if (Math.Abs(gap) > MaxGap)
        {
            (left, right) = (Shrink(left, right), Shrink(right, left));
            gap = left.Exponent - right.Exponent;
        }

        return gap >= 0
            ? new WideNumber(combine(left.Coefficient * Pow10(gap), right.Coefficient), right.Exponent)
            : new WideNumber(combine(left.Coefficient, right.Coefficient * Pow10(-gap)), left.Exponent);
    }

    private const int MaxGap = 200;

    // A number more than 200 digits below the other only matters as a sticky digit.
    private static WideNumber Shrink(WideNumber value, WideNumber other) =>
        value.Coefficient.IsZero ? new WideNumber(0, other.Exponent)
        : value.Exponent + DigitsOf(value.Coefficient) < other.Exponent - (MaxGap / 2) && !other.Coefficient.IsZero
            ? new WideNumber(value.Coefficient.Sign, other.Exponent - (MaxGap / 2))
            : value;

    public string ToPlain()
    {
        var digits = BigInteger.Abs(Coefficient).ToString(CultureInfo.InvariantCulture);
        var sign = Coefficient.Sign < 0 ? "-" : "";
        if (Exponent >= 0)
        {
            return sign + digits + new string('0', Exponent);
        }

        digits = digits.PadLeft(1 - Exponent, '0');
        return $"{sign}{digits[..^-Exponent]}.{digits[^-Exponent..]}";
    }

    public string ToScientific() => string.Create(CultureInfo.InvariantCulture, $"{Coefficient}E{Exponent}");
}
