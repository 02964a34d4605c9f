namespace Orchestrator.Host.WebConsole.Components;

/// <summary>What a colour says. Never alone: whatever has a tone also has an icon or words.</summary>
public enum Tone
{
    Quiet,
    Accent,
    Ok,
    Warn,
    Bad,
}

internal static class ToneNames
{
    extension(Tone tone)
    {
        public string Css => tone switch
        {
            Tone.Accent => "is-accent",
            Tone.Ok => "is-ok",
            Tone.Warn => "is-warn",
            Tone.Bad => "is-bad",
            _ => "is-quiet",
        };

        public string Icon => tone switch
        {
            Tone.Accent => "info-circle",
            Tone.Ok => "circle-check",
            Tone.Warn => "alert-triangle",
            Tone.Bad => "alert-circle",
            _ => "circle",
        };
    }
}
