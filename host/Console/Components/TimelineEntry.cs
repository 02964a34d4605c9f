using Microsoft.AspNetCore.Components;

namespace Orchestrator.Host.WebConsole.Components;

/// <summary>Something that happened, as a line of a history.</summary>
public sealed record TimelineEntry(DateTimeOffset At, string Who, string What, string? Reason = null, Tone Tone = Tone.Quiet, string? Icon = null)
{
    /// <summary>What else there is to read about it.</summary>
    public RenderFragment? More { get; init; }
}
