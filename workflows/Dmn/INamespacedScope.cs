using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Dmn;

/// <summary>A scope that can tell inputs of the same name in different (imported) models apart.</summary>
public interface INamespacedScope : IFeelScope
{
    bool TryGet(string modelNamespace, string name, out object? value);
}
