using Orchestrator.Workflows.Feel.Semantics;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

internal sealed partial class Compiler
{
    private FeelCode List(Expr.List list)
    {
        var items = CompileAll(list.Items);
        return frame =>
        {
            frame.Run.Step(items.Length);
            return new FeelList(Array.ConvertAll(items, item => item(frame)));
        };
    }

    private FeelCode Context(Expr.Context context)
    {
        var scopeCount = scopes.Count;
        var (names, codes, slots) = (new List<string>(), new List<FeelCode>(), new List<int>());
        foreach (var entry in context.Entries)
        {
            // A function may call itself by the name of its entry; every other entry sees only those before it.
            var slot = entry.Value is Expr.Function ? Declare(entry.Name) : -1;
            codes.Add(Compile(entry.Value));
            names.Add(entry.Name);
            slots.Add(slot >= 0 ? slot : Declare(entry.Name));
        }

        Leave(scopeCount);
        var duplicate = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        var site = At(context);
        return duplicate is not null
            ? frame => site.Fail(frame, $"The context has two entries '{duplicate}'.")
            : frame => Build(frame, [.. names], [.. codes], [.. slots]);
    }

    private static FeelContext Build(Frame frame, ReadOnlySpan<string> names, ReadOnlySpan<FeelCode> codes, ReadOnlySpan<int> slots)
    {
        frame.Run.Step(names.Length);
        var entries = new OrderedDictionary<string, object?>(names.Length, StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            var value = codes[i](frame);
            (value as Closure)?.Know(slots[i]);
            frame.Slots[slots[i]] = value;
            entries[names[i]] = value;
        }

        return new FeelContext(entries);
    }

    private FeelCode Path(Expr.Path path)
    {
        var (source, member, site) = (Compile(path.Source), path.Member, At(path));
        return frame => source(frame) switch
        {
            FeelContext context => context.TryGetValue(member, out var found) ? found : Unknown(frame, context, member, site),
            null => site.Fail(frame, $"'{member}' is asked of null."),
            IReadOnlyList<object?> list => OfEach(frame, list, member, site),
            var value => Properties.TryGet(value, member, out var found) ? found : site.Fail(frame, $"A {Describe.Kind(value)} has no '{member}'."),
        };
    }

    private const int MaxSuggested = 50;
    private const int MaxNestedPath = 32;

    private static object? Unknown(Frame frame, FeelContext context, string member, Site site) =>
        frame.Run.IsDeaf ? null : site.Fail(frame, $"The context has no entry '{member}'.{Describe.Suggestion(member, context.Keys.Take(MaxSuggested))}");

    // The member of every item; lists inside the list give lists.
    private static FeelList OfEach(Frame frame, IReadOnlyList<object?> list, string member, Site site, int depth = 0)
    {
        frame.Run.CheckList(list.Count);
        return new FeelList([.. list.Select(item => item switch
        {
            IReadOnlyList<object?> nested when depth < MaxNestedPath => OfEach(frame, nested, member, site, depth + 1),
            not null when Properties.TryGet(item, member, out var found) => found,
            _ => site.Fail(frame, $"An item has no '{member}'."),
        })]);
    }

    private FeelCode Filter(Expr.Filter filter)
    {
        var (source, scopeCount) = (Compile(filter.Source), scopes.Count);
        var item = Declare("item");
        scopes.Add(new NameScope.Item(item));
        var condition = filter.Condition is Expr.Unary unary ? Tested(unary, item) : Compile(filter.Condition);
        Leave(scopeCount);
        var (site, isCondition) = (At(filter), filter.Condition is Expr.Compare or Expr.Junction or Expr.Unary or Expr.In or Expr.Between or Expr.Quantified or Expr.InstanceOf);
        return frame =>
        {
            var value = source(frame);
            return value is null
                ? site.Fail(frame, "Null cannot be filtered.")
                : Select(frame, value as IReadOnlyList<object?> ?? new FeelList([value]), item, condition, isCondition, site);
        };

        FeelCode Tested(Expr.Unary unary, int slot)
        {
            var operand = Compile(unary.Operand);
            return frame => Truth.From(Ordering.Satisfies(frame.Slots[slot], unary.Operator, operand(frame)));
        }
    }

    private static object? Select(Frame frame, IReadOnlyList<object?> list, int slot, FeelCode condition, bool isCondition, Site site)
    {
        var kept = new List<object?>();
        for (var i = 0; i < list.Count; i++)
        {
            frame.Run.Step();
            frame.Slots[slot] = list[i];
            var outcome = condition(frame);
            if (i == 0 && !isCondition && FeelNumber.Is(outcome))
            {
                return Pick(frame, list, outcome!, site);
            }

            if (outcome is true)
            {
                kept.Add(list[i]);
            }
            else if (outcome is not (false or null))
            {
                return site.Fail(frame, $"A filter must be a number or a boolean, not a {Describe.Kind(outcome)}.");
            }
        }

        if (list.Count > 0 || isCondition)
        {
            return new FeelList([.. kept]);
        }

        frame.Slots[slot] = null;
        return condition(frame) is var index && FeelNumber.Is(index) ? Pick(frame, list, index!, site) : FeelList.Empty;
    }

    private static object? Pick(Frame frame, IReadOnlyList<object?> list, object index, Site site)
    {
        var position = FeelNumber.IsInteger(index) ? FeelNumber.ToLong(index) : null;
        if (position is { } place && place != 0 && Math.Abs(place) <= list.Count)
        {
            return list[(int)(place > 0 ? place - 1 : list.Count + place)];
        }

        return site.Fail(frame, $"The list of {list.Count} has no item {FeelNumber.ToText(index)}.");
    }
}
