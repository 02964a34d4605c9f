using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

internal sealed class BoxedConditional(Boxed condition, Boxed then, Boxed otherwise) : Boxed
{
    public override object? Evaluate(FeelRun run, IFeelScope scope) =>
        condition.Evaluate(run, scope) is true ? then.Evaluate(run, scope) : otherwise.Evaluate(run, scope);
}
