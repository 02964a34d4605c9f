namespace Orchestrator.Workflows.Bpmn;

/// <summary>A label in Chinese and English. Whichever is missing falls back to the other.</summary>
public sealed record LocalizedText(string Zh, string En)
{
    public static LocalizedText Same(string text) => new(text, text);

    /// <param name="language">An IETF tag; anything starting with <c>zh</c> gives Chinese, all else English.</param>
    public string In(string language) =>
        language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Zh : En;

    public override string ToString() => En;
}
