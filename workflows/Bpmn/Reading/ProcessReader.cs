using System.Collections.Immutable;
using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads one process with all its scopes.</summary>
internal sealed class ProcessReader(ReadingContext context)
{
    internal ProcessDefinition Read(XElement element)
    {
        var id = (string?)element.Attribute("id");
        if (string.IsNullOrWhiteSpace(id))
            context.Problems.Error(element, "id-missing", "The process has no id. Instances and call activities need one.");
        var process = new ProcessDefinition(id ?? "")
        {
            Name = ReadingContext.NameOf(element),
            IsExecutable = true,
            VersionTag = (string?)ReadingContext.Extension(element, Namespaces.Zeebe + "versionTag")?.Attribute("value"),
            Zone = new TimerReader(context).Zone(element),
            Line = ProblemList.LineOf(element),
        };
        var nodes = new List<(FlowNode Node, XElement Element)>();
        var flows = new List<SequenceFlow>();
        process.Content = new ScopeReader(context, nodes, flows).Read(element, null, isTopLevel: true);
        process.Nodes = Distinct(nodes);
        AssociationReader.Read(element, nodes, context.Problems);
        process.Flows = [.. flows];
        process.Stages = new StageReader(context).Read(element, process, nodes);
        ReferenceChecks.Check(process, nodes, context.Problems);
        return process;
    }

    // Double ids have been reported; the look-up must not stumble over them.
    private static ImmutableArray<FlowNode> Distinct(List<(FlowNode Node, XElement Element)> nodes) =>
        nodes.OrderBy(n => n.Node.Line).Select(n => n.Node).DistinctBy(n => n.Id).ToImmutableArray();
}
