using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>The function <c>sort</c>: a stable merge sort, so that even a function that contradicts itself ends.</summary>
internal sealed class ListSort
{
    private readonly Invocation call;
    private readonly FeelFunction? precedes;
    private bool failed;

    private ListSort(Invocation call, FeelFunction? precedes) => (this.call, this.precedes) = (call, precedes);

    public static object? Sort(Invocation call, IReadOnlyList<object?> list, FeelFunction? precedes)
    {
        if (precedes is not null and not BuiltIn && precedes.Parameters.Count != 2)
        {
            return call.Fail("sort(): the function must take two arguments.");
        }

        var (sort, items) = (new ListSort(call, precedes), list.ToArray());
        sort.Order(items, new object?[items.Length], 0, items.Length);
        return sort.failed ? call.Fail("sort(): the items have no order.") : new FeelList(items);
    }

    private void Order(object?[] values, object?[] spare, int from, int end)
    {
        if (end - from < 2)
        {
            return;
        }

        var middle = (from + end) / 2;
        Order(values, spare, from, middle);
        Order(values, spare, middle, end);
        for (int left = from, right = middle, i = from; i < end; i++)
        {
            spare[i] = right >= end || (left < middle && !RightFirst(values[left], values[right])) ? values[left++] : values[right++];
        }

        Array.Copy(spare, from, values, from, end - from);
    }

    // The right item goes first only where it clearly precedes the left one: that keeps equal items in place.
    private bool RightFirst(object? left, object? right)
    {
        call.Run.Step();
        if (precedes is not null)
        {
            return call.Call(precedes, right, left) is true;
        }

        var order = Ordering.Compare(right, left);
        failed |= order is null;
        return order < 0;
    }
}
