using System.Collections.Immutable;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>A BPMN file that was read without errors: its processes, in document order. Immutable and safe to share.</summary>
public sealed class BpmnDefinitions
{
    internal BpmnDefinitions(ImmutableArray<ProcessDefinition> processes) => Processes = processes;

    public ImmutableArray<ProcessDefinition> Processes { get; }

    /// <summary>The first executable process, which is what an SOP file is about.</summary>
    public ProcessDefinition Main => Processes.FirstOrDefault(p => p.IsExecutable) ?? Processes[0];

    public ProcessDefinition? FindProcess(string processId) =>
        Processes.FirstOrDefault(p => p.Id == processId);
}
