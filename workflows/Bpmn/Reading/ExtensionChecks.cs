using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Finds extensions that would be ignored without a word: other engines', misspelt and unsupported ones.</summary>
internal static class ExtensionChecks
{
    internal static void Check(XElement root, ProblemList problems)
    {
        foreach (var element in root.Descendants())
        {
            CheckElement(element, problems);
            foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration))
                CheckAttribute(element, attribute, problems);
        }
    }

    private static void CheckElement(XElement element, ProblemList problems)
    {
        var name = element.Name.LocalName;
        if (Namespaces.OtherEngines.TryGetValue(element.Name.NamespaceName, out var engine))
            problems.Error(element, "other-engine", $"{name} is an extension of {engine} and has no effect here. Use the zeebe: counterpart listed in docs/bpmn.md.");
        else if (element.Name.Namespace == Namespaces.Zeebe && !ElementCatalog.Zeebe.Contains(name))
            problems.Error(element, "unsupported-extension", $"zeebe:{name} is not supported. Remove it, or use one of the extensions listed in docs/bpmn.md.");
        else if (element.Name.Namespace == Namespaces.Sop && !ElementCatalog.Sop.Contains(name))
            problems.Error(element, "unsupported-extension", $"sop:{name} does not exist. See docs/sop-extension.md for the elements there are.");
    }

    private static void CheckAttribute(XElement element, XAttribute attribute, ProblemList problems)
    {
        var name = attribute.Name.LocalName;
        if (Namespaces.OtherEngines.TryGetValue(attribute.Name.NamespaceName, out var engine))
            problems.Error(element, "other-engine", $"The attribute {name} belongs to {engine} and has no effect here. Use the zeebe: counterpart listed in docs/bpmn.md.");
        else if (attribute.Name.Namespace == Namespaces.Sop && !ElementCatalog.SopAttributes.Contains(name))
            problems.Error(element, "unsupported-extension", $"The attribute sop:{name} does not exist. See docs/sop-extension.md for the attributes there are.");
    }
}
