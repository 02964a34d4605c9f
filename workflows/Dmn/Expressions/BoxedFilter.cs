using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

/// <summary>The items that match; inside, an item is <c>item</c> and its entries are names.</summary>
internal sealed class BoxedFilter(Boxed domain, Boxed match, Site site) : Boxed
{
    public override object? Evaluate(FeelRun run, IFeelScope scope)
    {
        var value = domain.Evaluate(run, scope);
        if (value is null)
        {
            return run.Fail(site, "Null cannot be filtered.");
        }

        var list = value as IReadOnlyList<object?> ?? [value];
        var kept = new List<object?>();
        for (var i = 0; i < list.Count; i++)
        {
            run.Step();
            var outcome = match.Evaluate(run, new ItemScope(list[i], scope));
            if (i == 0 && FeelNumber.Is(outcome))
            {
                return Pick(run, list, FeelNumber.ToLong(outcome) ?? 0);
            }

            if (outcome is true)
            {
                kept.Add(list[i]);
            }
            else if (outcome is not (false or null))
            {
                return run.Fail(site, $"A filter must be a number or a boolean, not a {Describe.Kind(outcome)}.");
            }
        }

        return new FeelList([.. kept]);
    }

    private object? Pick(FeelRun run, IReadOnlyList<object?> list, long place) =>
        place != 0 && Math.Abs(place) <= list.Count
            ? list[(int)(place > 0 ? place - 1 : list.Count + place)]
            : run.Fail(site, $"The list of {list.Count} has no item {place}.");

    private sealed class ItemScope(object? item, IFeelScope outer) : IFeelScope
    {
        public bool TryGet(string name, out object? value)
        {
            if (item is FeelContext context && context.TryGetValue(name, out value))
            {
                return true;
            }

            if (name == "item")
            {
                value = item;
                return true;
            }

            return outer.TryGet(name, out value);
        }
    }
}
