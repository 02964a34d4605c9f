namespace Orchestrator.Workflows.Execution.Commands;

/// <summary>Why a command is not carried out. A null refusal means it was.</summary>
internal sealed record Refusal(RefusalCode Code, string Reason);
