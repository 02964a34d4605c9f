namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>A level of local names: either named slots, or a filter's item whose members are names.</summary>
internal abstract record NameScope
{
    internal sealed record Local(string Name, int Slot) : NameScope;

    internal sealed record Item(int Slot) : NameScope;
}
