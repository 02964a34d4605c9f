using System.Numerics;

namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>Powers, roots, exponentials and logarithms to 34 digits.</summary>
internal static class Powers
{
    // Fixed-point working precision: 34 digits, plus guard digits for what series and scaling lose.
    private const int Guard = 46;
    private static readonly BigInteger One = WideNumber.Pow10(Guard);
    private static readonly BigInteger Ln10 = ComputeLn10();

    public static object? Raise(object left, object right)
    {
        if (FeelNumber.IsInteger(right) && FeelNumber.ToLong(right) is { } exponent && Math.Abs(exponent) <= 1_000_000)
        {
            return RaiseToInteger(FeelNumber.Wide(left), (int)exponent);
        }

        return FeelNumber.Sign(left) switch
        {
            0 => FeelNumber.Sign(right) > 0 ? 0m : null,
            < 0 => null,
            _ => Log(left) is { } log && FeelNumber.Multiply(log, right) is { } product ? Exp(product) : null,
        };
    }

    public static object? SquareRoot(object number)
    {
        if (FeelNumber.Sign(number) < 0)
        {
            return null;
        }

        var wide = FeelNumber.Wide(number);
        var shift = 2 * (WideNumber.Precision + 4);
        shift += (wide.Exponent - shift) % 2 == 0 ? 0 : 1;
        var scaled = wide.Coefficient * WideNumber.Pow10(shift);
        var root = IntegerRoot(scaled);
        var exact = root * root == scaled;
        return new WideNumber(exact ? root : root * 10 + 1, (wide.Exponent - shift) / 2 - (exact ? 0 : 1)).ToNumber();
    }

    public static object? Exp(object number)
    {
        var size = FeelNumber.ToDouble(number);
        if (Math.Abs(size) > 15_000)
        {
            return size < 0 ? 0m : null;
        }

        // e^x = 10^k · e^r with r = x − k·ln 10.
        var x = Fixed(FeelNumber.Wide(number));
        var k = (int)Math.Round(size / Math.Log(10));
        var r = x - k * Ln10;
        return new WideNumber(FixedExp(r), k - Guard).ToNumber();
    }

    public static object? Log(object number)
    {
        if (FeelNumber.Sign(number) <= 0)
        {
            return null;
        }

        // m in [0.1, 1), x = m · 10^k.
        var wide = FeelNumber.Wide(number);
        var digits = WideNumber.DigitsOf(wide.Coefficient);
        var m = wide.Coefficient * WideNumber.Pow10(Math.Max(0, Guard - digits)) / WideNumber.Pow10(Math.Max(0, digits - Guard));
        return new WideNumber(FixedLog(m) + (digits + wide.Exponent) * Ln10, -Guard).RoundTo(WideNumber.Precision + 6, RoundingRule.HalfEven).ToNumber();
    }

    private static object? RaiseToInteger(WideNumber value, int exponent)
    {
        if (value.Coefficient.IsZero)
        {
            return exponent > 0 ? 0m : exponent == 0 ? 1m : null;
        }

        var result = new WideNumber(1, 0);
        for (var rest = Math.Abs(exponent); rest > 0; rest >>= 1)
        {
            result = (rest & 1) == 1 ? Trim(result * value) : result;
            value = Trim(value * value);
            if (Math.Abs((long)result.Exponent) > 20_000 || (Math.Abs((long)value.Exponent) > 20_000 && rest > 1))
            {
                return result.Exponent + value.Exponent > 0 == exponent > 0 ? null : 0m;
            }
        }

        return exponent >= 0 ? result.ToNumber() : WideNumber.Divide(new WideNumber(1, 0), result).ToNumber();
    }

    private static WideNumber Trim(WideNumber value)
    {
        var excess = WideNumber.DigitsOf(value.Coefficient) - (Guard + 8);
        return excess > 0 ? value.RoundTo(-value.Exponent - excess, RoundingRule.HalfEven) : value;
    }

    private static BigInteger Fixed(WideNumber value) =>
        value.Exponent + Guard >= 0 ? value.Coefficient * WideNumber.Pow10(value.Exponent + Guard) : value.Coefficient / WideNumber.Pow10(-value.Exponent - Guard);

    private static BigInteger FixedExp(BigInteger x)
    {
        const int Halvings = 6;
        x >>= Halvings;
        var (sum, term) = (One, One);
        for (var i = 1; !term.IsZero; i++)
        {
            term = term * x / One / i;
            sum += term;
        }

        for (var i = 0; i < Halvings; i++)
        {
            sum = sum * sum / One;
        }

        return sum;
    }

    // ln m by Newton steps on e^y = m, starting from the double's value.
    private static BigInteger FixedLog(BigInteger m)
    {
        var guess = Math.Log((double)m / (double)One);
        var y = (BigInteger)(guess * 1e15) * WideNumber.Pow10(Guard - 15);
        for (var i = 0; i < 3; i++)
        {
            var e = FixedExp(y);
            y += 2 * One * (m - e) / (m + e);
        }

        return y;
    }

    private static BigInteger ComputeLn10() => FixedLog(10 * One);

    private static BigInteger IntegerRoot(BigInteger value)
    {
        if (value.IsZero)
        {
            return value;
        }

        var root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + value / root) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }
}
