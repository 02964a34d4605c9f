using System.Text.Json;

namespace Orchestrator.Conformance.Bpmn;

/// <summary>One case of the suite: BPMN files, and steps that act or check.</summary>
internal sealed record Case(string Id, string Category, string Basis, IReadOnlyList<string> Files, IReadOnlyList<JsonElement> Steps)
{
    internal static IReadOnlyList<Case> ReadAll(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")));
        return document.RootElement.GetProperty("cases").EnumerateArray().Select(Read).ToList();
    }

    private static Case Read(JsonElement json) => new(
        json.GetProperty("id").GetString()!,
        json.GetProperty("category").GetString()!,
        json.GetProperty("basis").GetString()!,
        json.GetProperty("files").EnumerateArray().Select(FileName).ToList(),
        json.GetProperty("steps").EnumerateArray().Select(s => s.Clone()).ToList());

    private static string FileName(JsonElement file) =>
        file.ValueKind == JsonValueKind.String ? file.GetString()! : file.GetProperty("file").GetString()!;
}
