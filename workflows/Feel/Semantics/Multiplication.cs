using System.Numerics;

namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>Times and divided by over numbers and durations (DMN 1.5, table 57). Null where undefined.</summary>
internal static class Multiplication
{
    public static object? Multiply(object? left, object? right) => (left, right) switch
    {
        (decimal or Decimal128, decimal or Decimal128) => FeelNumber.Multiply(left, right),
        (DayTimeDuration or YearMonthDuration, decimal or Decimal128) => Scale(left, FeelNumber.Wide(right)),
        (decimal or Decimal128, DayTimeDuration or YearMonthDuration) => Scale(right, FeelNumber.Wide(left)),
        _ => null,
    };

    public static object? Divide(object? left, object? right) => (left, right) switch
    {
        (decimal or Decimal128, decimal or Decimal128) => FeelNumber.Divide(left, right),
        (DayTimeDuration or YearMonthDuration, decimal or Decimal128) when !FeelNumber.IsZero(right) =>
            Scale(left, WideNumber.Divide(new WideNumber(1, 0), FeelNumber.Wide(right)), FeelNumber.Wide(right)),
        (DayTimeDuration l, DayTimeDuration r) => Ratio((BigInteger)l.Nanoseconds, (BigInteger)r.Nanoseconds),
        (YearMonthDuration l, YearMonthDuration r) => Ratio(l.TotalMonths, r.TotalMonths),
        _ => null,
    };

    private static object? Ratio(BigInteger left, BigInteger right) =>
        right.IsZero ? null : WideNumber.Divide(new WideNumber(left, 0), new WideNumber(right, 0)).ToNumber();

    private static object? Scale(object duration, WideNumber factor, WideNumber? divisor = null)
    {
        var size = duration is DayTimeDuration days ? (BigInteger)days.Nanoseconds : ((YearMonthDuration)duration).TotalMonths;
        var scaled = divisor is { } by ? WideNumber.Divide(new WideNumber(size, 0), by) : new WideNumber(size, 0) * factor;
        if (scaled.Exponent + WideNumber.DigitsOf(scaled.Coefficient) > 36)
        {
            return null;
        }

        var whole = scaled.Truncate();
        return duration is DayTimeDuration ? new DayTimeDuration((Int128)whole) : Addition.Months((Int128)whole);
    }
}
