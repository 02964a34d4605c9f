namespace Orchestrator.Workflows.Execution;

/// <summary>One step cannot be taken: it becomes an incident at the node that took it. Never leaves the interpreter.</summary>
internal sealed class StepFailedException(string code, string message) : Exception(message)
{
    internal string Code => code;
}
