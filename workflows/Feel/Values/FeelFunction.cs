using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Feel;

/// <summary>A function value: built in, written in FEEL, a business knowledge model or a decision service.</summary>
public abstract class FeelFunction
{
    private protected FeelFunction(string name) => Name = name;

    /// <summary>Its name, or empty for an anonymous one.</summary>
    public string Name { get; }

    /// <summary>Parameter names in order, where the function has one fixed form.</summary>
    public abstract IReadOnlyList<string> Parameters { get; }

    /// <summary>Its type as far as it is declared.</summary>
    public virtual FeelType Type => FeelType.FunctionOf([.. Parameters.Select(_ => FeelType.Any)], FeelType.Any);

    /// <summary>Calls it; <paramref name="names"/> has a name per argument where they were given by name.</summary>
    internal abstract object? Call(Frame frame, object?[] arguments, string[]? names, Site site);

    public override string ToString() => $"function({string.Join(", ", Parameters)})";
}
