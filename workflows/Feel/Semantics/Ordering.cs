using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>FEEL order (DMN 1.5, table 54): null where two values have none.</summary>
internal static class Ordering
{
    // The conformance kit compares times as equal below the millisecond.
    private const int NanosPerTick = 1_000_000;

    public static int? Compare(object? left, object? right) => (left, right) switch
    {
        (decimal l, decimal r) => l.CompareTo(r),
        (decimal or Decimal128, decimal or Decimal128) => FeelNumber.Compare(left, right),
        (string l, string r) => CompareTexts(l, r),
        (FeelDate l, FeelDate r) => l.CompareTo(r),
        (FeelDateTime l, FeelDateTime r) => l.Zone is null == r.Zone is null ? Tick(l.Instant).CompareTo(Tick(r.Instant)) : null,
        (FeelTime l, FeelTime r) => l.Zone is null == r.Zone is null ? Tick(l.UtcNanos).CompareTo(Tick(r.UtcNanos)) : null,
        (DayTimeDuration l, DayTimeDuration r) => l.CompareTo(r),
        (YearMonthDuration l, YearMonthDuration r) => l.CompareTo(r),
        _ => null,
    };

    private static int CompareTexts(string left, string right)
    {
        if (left.Length > 1024)
        {
            FeelRun.Charge(left.Length >> 6);
        }

        return string.CompareOrdinal(left, right);
    }

    public static bool? Satisfies(object? left, string comparison, object? right)
    {
        if (comparison is "=" or "!=")
        {
            return Equality.Equal(left, right) is { } equal ? equal == (comparison == "=") : null;
        }

        return Compare(left, right) is not { } order ? null : comparison switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private static Int128 Tick(Int128 nanos) => Int128.IsNegative(nanos) ? (nanos - NanosPerTick + 1) / NanosPerTick : nanos / NanosPerTick;
}
