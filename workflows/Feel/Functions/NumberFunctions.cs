using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>Functions over numbers (10.3.4.5), and <c>not</c>.</summary>
internal static class NumberFunctions
{
    private const int MinScale = -6111;
    private const int MaxScale = 6176;

    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("not", "negand: any", (call, a) => a[0] is bool value ? !value : call.Fail("not(): the argument is no boolean.")),
        BuiltIn.Of("decimal", "n: number, scale: number", (call, a) => Round(call, "decimal", a, RoundingRule.HalfEven)),
        Rounding("floor", RoundingRule.Floor),
        Rounding("ceiling", RoundingRule.Ceiling),
        Rounding("round up", RoundingRule.Up),
        Rounding("round down", RoundingRule.Down),
        Rounding("round half up", RoundingRule.HalfUp),
        Rounding("round half down", RoundingRule.HalfDown),
        BuiltIn.Of("abs", "n: any", (call, a) => Absolute(call, a[0])),
        BuiltIn.Of("modulo", "dividend: number, divisor: number", (call, a) => Modulo(call, a[0]!, a[1]!)),
        Slow("sqrt", (call, a) => Powers.SquareRoot(a[0]!) ?? call.Fail("sqrt(): a negative number has no root.")),
        Slow("log", (call, a) => Powers.Log(a[0]!) ?? call.Fail("log(): only positive numbers have a logarithm.")),
        Slow("exp", (call, a) => Powers.Exp(a[0]!) ?? call.Fail("exp(): the result is out of range.")),
        BuiltIn.Of("odd", "number: number", (_, a) => IsOdd(a[0]!) is true),
        BuiltIn.Of("even", "number: number", (_, a) => IsOdd(a[0]!) is false),
    ];

    private static BuiltIn Slow(string name, BuiltInBody body) => BuiltIn.Of(name, "number: number", (call, a) =>
    {
        call.Run.Step(40);
        return body(call, a);
    });

    private static BuiltIn Rounding(string name, RoundingRule rule) =>
        BuiltIn.Of(name, "n: number, scale: number?", (call, a) => Round(call, name, a, rule));

    private static object? Round(Invocation call, string function, object?[] arguments, RoundingRule rule)
    {
        var scale = arguments[1] is null ? 0 : FeelNumber.ToLong(arguments[1]);
        return scale is >= MinScale and <= MaxScale
            ? FeelNumber.Wide(arguments[0]!).RoundTo((int)scale.Value, rule).ToNumber()
            : call.Fail($"{function}(): the scale must lie between {MinScale} and {MaxScale}.");
    }

    private static object? Absolute(Invocation call, object? value) => value switch
    {
        IReadOnlyList<object?> { Count: 1 } single when single[0] is not IReadOnlyList<object?> => Absolute(call, single[0]),
        decimal or Decimal128 => FeelNumber.Sign(value) < 0 ? FeelNumber.Negate(value) : value,
        DayTimeDuration duration => new DayTimeDuration(Int128.Abs(duration.Nanoseconds)),
        YearMonthDuration duration => new YearMonthDuration(Math.Abs(duration.TotalMonths)),
        _ => call.Fail("abs(): the argument is no number or duration."),
    };

    // dividend − divisor · floor(dividend / divisor), exactly.
    private static object? Modulo(Invocation call, object dividend, object divisor)
    {
        if (FeelNumber.IsZero(divisor))
        {
            return call.Fail("modulo(): the divisor is zero.");
        }

        var (left, right) = (FeelNumber.Wide(dividend), FeelNumber.Wide(divisor));
        var exponent = Math.Min(left.Exponent, right.Exponent);
        if (Math.Max(left.Exponent, right.Exponent) - exponent > 200)
        {
            return call.Fail("modulo(): the numbers are too far apart.");
        }

        var (l, r) = (left.Coefficient * WideNumber.Pow10(left.Exponent - exponent), right.Coefficient * WideNumber.Pow10(right.Exponent - exponent));
        var rest = l % r;
        return new WideNumber(!rest.IsZero && rest.Sign != r.Sign ? rest + r : rest, exponent).ToNumber();
    }

    private static bool? IsOdd(object number)
    {
        var wide = FeelNumber.Wide(number);
        return !wide.IsInteger ? null : wide.Exponent <= 0 && !wide.Truncate().IsEven;
    }
}
