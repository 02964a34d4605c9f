using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

/// <summary>What boxed loops share: the items, and each under its name.</summary>
internal abstract class BoxedLoop(string variable, Boxed domain, Boxed body, Site site) : Boxed
{
    protected Site Site => site;

    protected IEnumerable<object?>? Items(FeelRun run, IFeelScope scope)
    {
        var items = domain.Evaluate(run, scope);
        var found = items switch
        {
            null => null,
            IReadOnlyList<object?> list => list,
            FeelRange range => Stepping.Over(range),
            _ => [items],
        };
        if (found is null)
        {
            run.Fail(site, $"A {Describe.Kind(items)} is nothing to step through.");
        }

        return found;
    }

    protected object? Body(FeelRun run, IFeelScope scope, object? item)
    {
        run.Step();
        return body.Evaluate(run, scope.With(variable, item));
    }
}

internal sealed class BoxedFor(string variable, Boxed domain, Boxed body, Site site) : BoxedLoop(variable, domain, body, site)
{
    public override object? Evaluate(FeelRun run, IFeelScope scope)
    {
        if (Items(run, scope) is not { } items)
        {
            return null;
        }

        var results = new List<object?>();
        foreach (var item in items)
        {
            results.Add(Body(run, scope.With("partial", new Prefix(results, results.Count)), item));
            run.CheckList(1);
        }

        return new FeelList([.. results]);
    }
}

internal sealed class BoxedQuantified(bool isEvery, string variable, Boxed domain, Boxed body, Site site) : BoxedLoop(variable, domain, body, site)
{
    public override object? Evaluate(FeelRun run, IFeelScope scope)
    {
        if (Items(run, scope) is not { } items)
        {
            return null;
        }

        var known = true;
        foreach (var item in items)
        {
            if (Body(run, scope, item) is not bool value)
            {
                known = false;
            }
            else if (value != isEvery)
            {
                return Truth.From(value);
            }
        }

        return known ? Truth.From(isEvery) : run.Fail(Site, "The condition is not a boolean for every item.");
    }

}
