using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

/// <summary>A compiled boxed expression.</summary>
internal abstract class Boxed
{
    public abstract object? Evaluate(FeelRun run, IFeelScope scope);
}
