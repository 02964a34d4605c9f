namespace Orchestrator.Workflows.Bpmn;

/// <summary>A phase of the procedure (<c>sop:stage</c>), in the order in which the file lists them.</summary>
/// <param name="Id">As elements name it in their <c>sop:stage</c> attribute.</param>
/// <param name="Name">Shown on the board and the stage strip.</param>
/// <param name="Order">1-based.</param>
/// <param name="EntryElementId">Where a send-back to this stage places its token.</param>
public sealed record Stage(string Id, LocalizedText Name, int Order, string? EntryElementId);
