namespace Orchestrator.Host.WebConsole.Components;

public enum StageState
{
    Later,
    Here,
    Done,
    Returned,
    Stopped,
}

/// <summary>One stage of a campaign as the strip shows it; the strip is also the campaign's navigation.</summary>
public sealed record StageStep(string Name, StageState State, string? Note = null, string? Href = null);
