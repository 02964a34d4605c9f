using System.Text;
using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>A canonical text of what an element means, for comparing versions: layout, order of attributes and flows do not count.</summary>
internal static class Fingerprints
{
    private static readonly HashSet<string> LeftOut = ["incoming", "outgoing", "documentation"];

    internal static string Of(XElement element)
    {
        var text = new StringBuilder();
        Append(text, element, isRoot: true);
        return text.ToString();
    }

    private static void Append(StringBuilder text, XElement element, bool isRoot)
    {
        text.Append(element.Name.LocalName).Append('(');
        foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration && a.Name.LocalName != "id").OrderBy(a => a.Name.ToString(), StringComparer.Ordinal))
            text.Append(attribute.Name.LocalName).Append('=').Append(attribute.Value).Append(';');
        if (!element.HasElements)
            text.Append(element.Value.Trim());
        foreach (var child in element.Elements().Where(c => !LeftOut.Contains(c.Name.LocalName)))
        {
            // The content of a subprocess is compared element by element.
            var isNestedNode = isRoot && child.Attribute("id") is not null && element.Name.LocalName == "subProcess"
                && !child.Name.LocalName.EndsWith("Characteristics", StringComparison.Ordinal);
            if (!isNestedNode)
                Append(text, child, isRoot: false);
        }
        text.Append(')');
    }
}
