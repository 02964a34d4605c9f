using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Messages, signals, errors and escalations that events refer to.</summary>
internal sealed class GlobalElements
{
    private readonly Dictionary<string, XElement> byId;

    internal GlobalElements(XElement definitions)
    {
        byId = new(StringComparer.Ordinal);
        foreach (var element in definitions.Elements())
        {
            if ((string?)element.Attribute("id") is { } id)
                byId.TryAdd(id, element);
        }
    }

    /// <summary>Finds a global element of a kind; references may carry a namespace prefix.</summary>
    internal XElement? Find(string kind, string reference)
    {
        var local = reference.Trim();
        if (!byId.TryGetValue(local, out var element) && local.Contains(':', StringComparison.Ordinal))
            byId.TryGetValue(local[(local.IndexOf(':', StringComparison.Ordinal) + 1)..], out element);
        return element?.Name == Namespaces.Bpmn + kind ? element : null;
    }
}
