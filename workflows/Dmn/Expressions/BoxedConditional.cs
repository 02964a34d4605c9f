using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

internal sealed class BoxedConditional(Boxed condition, Boxed then, Boxed otherwise, Site site) : Boxed
{
    public override object? Evaluate(FeelRun run, IFeelScope scope) => condition.Evaluate(run, scope) switch
    {
        true => then.Evaluate(run, scope),
        false or null => otherwise.Evaluate(run, scope),
        var other => run.Fail(site, $"The condition is a {Describe.Kind(other)}, not a boolean."),
    };
}
