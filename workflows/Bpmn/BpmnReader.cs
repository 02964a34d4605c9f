using System.Collections.Immutable;
using System.Text;
using System.Xml.Linq;
using Orchestrator.Workflows.Bpmn.Reading;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>Reads BPMN 2.0 XML in the dialect described in docs/bpmn.md and docs/sop-extension.md.</summary>
public static class BpmnReader
{
    /// <summary>Never throws for bad input: every problem of the file is in the result.</summary>
    public static BpmnReading Read(string xml)
    {
        var problems = new ProblemList();
        var definitions = XmlGuard.Load(xml, problems) is { Root: { } root } ? ReadRoot(root, problems) : null;
        return new(problems.HasErrors ? null : definitions, problems.All);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static BpmnReading Read(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var buffer = new char[XmlGuard.MaxCharacters + 1];
        var length = reader.ReadBlock(buffer, 0, buffer.Length);
        return Read(new string(buffer, 0, length));
    }

    private static BpmnDefinitions? ReadRoot(XElement root, ProblemList problems)
    {
        if (root.Name != Namespaces.Bpmn + "definitions")
        {
            problems.FileError("not-bpmn", ProblemList.LineOf(root), $"The root element is {root.Name.LocalName}, not bpmn:definitions in the BPMN 2.0 namespace. Export the file as BPMN 2.0 XML.");
            return null;
        }
        ExtensionChecks.Check(root, problems);
        UniqueIds.Check(root, problems);
        var context = new ReadingContext(problems, new GlobalElements(root));
        foreach (var element in root.Elements().Where(e => e.Name.Namespace == Namespaces.Bpmn))
        {
            var name = element.Name.LocalName;
            if (!ElementCatalog.DescriptiveAtTop.Contains(name) && !name.EndsWith("EventDefinition", StringComparison.Ordinal))
                problems.Error(element, "unsupported-element", $"{name} is not supported. {ElementCatalog.InsteadOf(name)}");
        }
        var processes = root.Elements(Namespaces.Bpmn + "process")
            .Where(p => (string?)p.Attribute("isExecutable") != "false")
            .Select(p => new ProcessReader(context).Read(p))
            .ToImmutableArray();
        if (processes.Length == 0)
        {
            problems.FileError("no-process", ProblemList.LineOf(root), "The file has no executable process. Add a bpmn:process with isExecutable=\"true\".");
            return null;
        }
        return new BpmnDefinitions(processes);
    }
}
