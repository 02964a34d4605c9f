namespace Orchestrator.Workflows.Feel;

/// <summary>The canonical text of a value, as FEEL's <c>string()</c> gives it.</summary>
public static class FeelFormat
{
    public static string ToText(object? value) => CanonicalText.Write(value);
}
