using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

internal sealed class BoxedInvocation(Boxed callee, IReadOnlyList<BoxedInvocation.Binding> bindings, Site site) : Boxed
{
    internal sealed record Binding(string Parameter, DmnType Type, Boxed Value);

    private readonly string[] names = [.. bindings.Select(binding => binding.Parameter)];

    public override object? Evaluate(FeelRun run, IFeelScope scope)
    {
        var target = callee.Evaluate(run, scope);
        if (target is not FeelFunction function)
        {
            return run.Fail(site, $"A {Describe.Kind(target)} cannot be called.");
        }

        var arguments = bindings.Select(binding => binding.Type.Accept(binding.Value.Evaluate(run, scope), run, site)).ToArray();
        return function.Call(new Frame(run, scope, []), arguments, names, site);
    }
}
