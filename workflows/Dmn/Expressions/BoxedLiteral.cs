using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

/// <summary>A FEEL text.</summary>
internal sealed class BoxedLiteral(FeelExpression expression) : Boxed
{
    public override object? Evaluate(FeelRun run, IFeelScope scope) => expression.Run(run, scope);
}

/// <summary>Stands for an expression that is missing or cannot be read: null with a diagnostic.</summary>
internal sealed class BoxedFailure(string text, int position, string cause, string element) : Boxed
{
    private readonly Site site = new(text, position, element);

    public override object? Evaluate(FeelRun run, IFeelScope scope) => run.Fail(site, cause);
}
