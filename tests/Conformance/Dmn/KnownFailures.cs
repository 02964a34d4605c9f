namespace Orchestrator.Conformance.Dmn;

/// <summary>Cases of the kit that fail, with the reason. One that passes must leave this list.</summary>
internal static class KnownFailures
{
    internal static readonly IReadOnlyDictionary<string, string> Reasons = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whole folders: every failing case of theirs has this reason.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Folders = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["0076-feel-external-java"] = "the case calls a Java function; functions are written in FEEL here (docs/dmn.md)",
    };

    internal static string? Find(string folder, string id) =>
        Reasons.GetValueOrDefault($"{folder}/{id}") ?? Folders.GetValueOrDefault(folder);
}
