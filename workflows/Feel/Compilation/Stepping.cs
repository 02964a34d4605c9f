using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>What a loop over a range visits: whole numbers or days, upwards or downwards. Lazy; the loop's limits bound it.</summary>
internal static class Stepping
{
    public static IEnumerable<object?>? Between(object? from, object? to) => (from, to) switch
    {
        (decimal low, decimal high) => Numbers(low, high),
        (FeelDate low, FeelDate high) => Days(low, high),
        _ => null,
    };

    public static IEnumerable<object?>? Over(FeelRange range)
    {
        return Ordering.Compare(range.Start, range.End) switch
        {
            null => null,
            > 0 => [],
            _ => Between(range.Start, range.End)?.Where(value => Membership.InRange(value, range) is true),
        };
    }

    private static IEnumerable<object?> Numbers(decimal from, decimal to)
    {
        var step = from <= to ? 1 : -1;
        for (var value = from; step > 0 ? value <= to : value >= to; value += step)
        {
            yield return value;
        }
    }

    private static IEnumerable<object?> Days(FeelDate from, FeelDate to)
    {
        var (first, last) = (from.EpochDay, to.EpochDay);
        var step = first <= last ? 1 : -1;
        for (var day = first; step > 0 ? day <= last : day >= last; day += step)
        {
            yield return FeelDate.FromEpochDay(day);
        }
    }
}
