using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

internal static class UniqueIds
{
    // Diagram elements have ids of their own that nothing here refers to.
    internal static void Check(XElement root, ProblemList problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in root.Descendants().Where(e => e.Name.Namespace == Namespaces.Bpmn))
        {
            if ((string?)element.Attribute("id") is { } id && !seen.Add(id))
                problems.Error(element, "duplicate-id", $"The id '{id}' is used twice. Give one of the elements another id.");
        }
    }
}
