using Orchestrator.Workflows.Feel.Semantics;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

internal sealed partial class Compiler
{
    /// <summary>An iterator of a loop: the domain is computed again for every turn of the loops outside of it.</summary>
    private sealed record Turn(int Slot, Func<Frame, IEnumerable<object?>?> Domain);

    private FeelCode For(Expr.For loop)
    {
        var scopeCount = scopes.Count;
        var turns = CompileTurns(loop.Iterators);
        var partial = Declare("partial");
        var body = Compile(loop.Return);
        Leave(scopeCount);
        return frame =>
        {
            var results = new List<object?>();
            frame.Slots[partial] = FeelList.Empty;
            var complete = Iterate(frame, turns, 0, () =>
            {
                frame.Run.CheckList(1);
                frame.Slots[partial] = new Prefix(results, results.Count);
                results.Add(body(frame));
                if (results.Count > frame.Run.Limits.MaxListLength)
                {
                    frame.Run.CheckList(results.Count);
                }

                return true;
            });
            return complete is null ? null : new FeelList([.. results]);
        };
    }

    private FeelCode Quantified(Expr.Quantified quantified)
    {
        var (scopeCount, site) = (scopes.Count, At(quantified));
        var turns = CompileTurns(quantified.Iterators);
        var condition = Compile(quantified.Satisfies);
        Leave(scopeCount);
        var decisive = !quantified.IsEvery;
        return frame =>
        {
            var known = true;
            var decided = false;
            var complete = Iterate(frame, turns, 0, () =>
            {
                var value = condition(frame) as bool?;
                known &= value is not null;
                decided = value == decisive;
                return !decided;
            });
            return complete is null ? null
                : decided ? Truth.From(decisive)
                : known ? Truth.From(!decisive)
                : site.Fail(frame, "The condition is not a boolean for every item.");
        };
    }

    private Turn[] CompileTurns(IReadOnlyList<Expr.Iterator> iterators)
    {
        var turns = new List<Turn>();
        foreach (var iterator in iterators)
        {
            var domain = Domain(iterator);
            turns.Add(new Turn(Declare(iterator.Name), domain));
        }

        return [.. turns];
    }

    private Func<Frame, IEnumerable<object?>?> Domain(Expr.Iterator iterator)
    {
        var (from, site) = (Compile(iterator.From), At(iterator.From));
        if (iterator.To is not null)
        {
            var to = Compile(iterator.To);
            return frame =>
            {
                var (low, high) = (from(frame), to(frame));
                return Stepping.Between(low, high) ?? Refuse(frame, site, $"A loop cannot step from a {Describe.Kind(low)} to a {Describe.Kind(high)}.");
            };
        }

        return frame => from(frame) switch
        {
            null => Refuse(frame, site, "A loop needs a list; this is null."),
            IReadOnlyList<object?> list => list,
            FeelRange range => Stepping.Over(range) ?? Refuse(frame, site, "A loop cannot step through this range."),
            var single => [single],
        };
    }

    private static IEnumerable<object?>? Refuse(Frame frame, Site site, string cause)
    {
        site.Fail(frame, cause);
        return null;
    }

    // Null where a domain is missing; false where the body asked to stop.
    private static bool? Iterate(Frame frame, Turn[] turns, int index, Func<bool> body)
    {
        if (index == turns.Length)
        {
            return body();
        }

        if (turns[index].Domain(frame) is not { } domain)
        {
            return null;
        }

        foreach (var item in domain)
        {
            frame.Run.Step();
            frame.Slots[turns[index].Slot] = item;
            if (Iterate(frame, turns, index + 1, body) is not true and var outcome)
            {
                return outcome;
            }
        }

        return true;
    }
}
