using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>Makes ranges and refuses ends that have no order.</summary>
internal static class Ranges
{
    public static FeelRange? Create(object? low, bool lowIncluded, object? high, bool highIncluded, out string cause)
    {
        cause = "";
        if (low is null && high is null)
        {
            cause = "A range needs at least one end.";
            return null;
        }

        if ((low ?? high) is not { } end || Ordering.Compare(end, end) is null || (low is not null && high is not null && Ordering.Compare(low, high) is null))
        {
            cause = $"A {Describe.Kind(low)} and a {Describe.Kind(high)} make no range.";
            return null;
        }

        return new FeelRange(low, low is not null && lowIncluded, high, high is not null && highIncluded);
    }

    public static object? FromComparison(string comparison, object? end) => comparison switch
    {
        "=" or "!=" when end is not null => new FeelRange(end, true, end, true) { Comparison = comparison },
        _ when end is null || Ordering.Compare(end, end) is null => null,
        "<" or "<=" => new FeelRange(null, false, end, comparison == "<=") { Comparison = comparison },
        _ => new FeelRange(end, comparison == ">=", null, false) { Comparison = comparison },
    };
}
