using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Bpmn.Versions;

namespace Orchestrator.Host.Sops;

/// <summary>One difference between two versions, with the settings that differ.</summary>
/// <param name="Name">Label in the newer version where it exists there, else in the older.</param>
public sealed record DefinitionChange(ChangeKind Kind, string ElementId, string ElementType, LocalizedText? Name, IReadOnlyList<string> What, IReadOnlyList<SettingChange> Settings);

/// <summary>A setting of an element; null where one of the versions does not have it.</summary>
public sealed record SettingChange(string Setting, string? Before, string? After);

/// <summary>Compares two versions of an SOP or of a decision, element by element.</summary>
public sealed class DefinitionComparison(Database database, DefinitionLibrary library)
{
    // What people change in a decision and know by its own name.
    private static readonly HashSet<string> DecisionElements = ["decision", "input", "output", "rule", "inputData", "businessKnowledgeModel", "decisionService", "itemDefinition"];

    /// <returns>Null where either version is missing or the two are of different kinds.</returns>
    public Task<IReadOnlyList<DefinitionChange>?> BetweenAsync(Guid olderId, Guid newerId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DefinitionChange>?>(
            async (db, token) =>
            {
                var rows = await db.Definitions.Where(row => row.Id == olderId || row.Id == newerId).ToDictionaryAsync(row => row.Id, token);
                if (!rows.TryGetValue(olderId, out var older) || !rows.TryGetValue(newerId, out var newer) || older.Kind != newer.Kind)
                    return null;
                return older.Kind == DefinitionKind.Decision
                    ? Decisions(older.Xml, newer.Xml)
                    : Sops((await library.SopAsync(db, olderId, token)).Main, (await library.SopAsync(db, newerId, token)).Main, older.Xml, newer.Xml);
            },
            cancellationToken);

    private static List<DefinitionChange> Sops(ProcessDefinition older, ProcessDefinition newer, string olderXml, string newerXml)
    {
        var known = older.Nodes.Concat(newer.Nodes).Select(node => node.Id).Concat(older.Flows.Concat(newer.Flows).Select(flow => flow.Id)).Append(older.Id).Append(newer.Id).ToHashSet(StringComparer.Ordinal);
        bool Apart(XElement element) => element.Attribute("id") is { } id && known.Contains(id.Value);
        var (before, after) = (ElementSettings.Read(olderXml, Apart), ElementSettings.Read(newerXml, Apart));
        return [.. DefinitionDiff.Between(older, newer).Select(change => new DefinitionChange(
            change.Kind, change.ElementId, change.ElementType, change.Name ?? Ends(newer, older, change.ElementId), change.What, change.Kind == ChangeKind.Changed ? Settings(before, after, change.ElementId) : []))];
    }

    // A flow without a name is known by what it connects.
    private static LocalizedText? Ends(ProcessDefinition newer, ProcessDefinition older, string id)
    {
        if ((newer.Flows.FirstOrDefault(flow => flow.Id == id) ?? older.Flows.FirstOrDefault(flow => flow.Id == id)) is not { } flow)
            return null;
        var (from, to) = (flow.Source.Name ?? LocalizedText.Same(flow.Source.Id), flow.Target.Name ?? LocalizedText.Same(flow.Target.Id));
        return new LocalizedText($"{from.Zh} → {to.Zh}", $"{from.En} → {to.En}");
    }

    private static List<DefinitionChange> Decisions(string olderXml, string newerXml)
    {
        static bool Apart(XElement element) => DecisionElements.Contains(element.Name.LocalName) && element.Attribute("id") is not null;
        var (before, after) = (ElementSettings.Read(olderXml, Apart), ElementSettings.Read(newerXml, Apart));
        var types = Types(newerXml).Concat(Types(olderXml)).DistinctBy(type => type.Key).ToDictionary(StringComparer.Ordinal);
        DefinitionChange Change(ChangeKind kind, string id, IReadOnlyList<SettingChange> settings) => new(kind, id, types[id].Type, types[id].Name is { } name ? LocalizedText.Same(name) : null, [], settings);
        return
        [
            .. after.Keys.Where(id => !before.ContainsKey(id)).Select(id => Change(ChangeKind.Added, id, Settings(before, after, id))),
            .. after.Keys.Where(before.ContainsKey).Select(id => Change(ChangeKind.Changed, id, Settings(before, after, id))).Where(change => change.Settings.Count > 0),
            .. before.Keys.Where(id => !after.ContainsKey(id)).Select(id => Change(ChangeKind.Removed, id, Settings(before, after, id))),
        ];
    }

    private static IEnumerable<KeyValuePair<string, (string Type, string? Name)>> Types(string xml) =>
        ElementSettings.Load(xml).Descendants().Where(element => DecisionElements.Contains(element.Name.LocalName) && element.Attribute("id") is not null)
            .DistinctBy(element => element.Attribute("id")!.Value)
            .Select(element => KeyValuePair.Create(element.Attribute("id")!.Value, (element.Name.LocalName, element.Attribute("name")?.Value ?? element.Attribute("label")?.Value ?? Annotation(element))));

    // A rule is known by its first annotation.
    private static string? Annotation(XElement rule) =>
        rule.Elements().FirstOrDefault(child => child.Name.LocalName == "annotationEntry")?.Value.Trim() is { Length: > 0 } text ? text : null;

    private static List<SettingChange> Settings(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> before, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> after, string id)
    {
        var empty = new Dictionary<string, string>();
        var (older, newer) = (before.GetValueOrDefault(id) ?? empty, after.GetValueOrDefault(id) ?? empty);
        return [.. older.Keys.Union(newer.Keys).Order(StringComparer.Ordinal)
            .Select(name => new SettingChange(name, older.GetValueOrDefault(name), newer.GetValueOrDefault(name)))
            .Where(setting => setting.Before != setting.After)];
    }
}
