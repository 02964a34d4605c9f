using System.Collections.Immutable;
using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads the list of stages and finds where each is entered.</summary>
internal sealed class StageReader(ReadingContext context)
{
    internal ImmutableArray<Stage> Read(XElement element, ProcessDefinition process, List<(FlowNode Node, XElement Element)> nodes)
    {
        Inherit(process);
        var list = ReadingContext.Extension(element, Namespaces.Sop + "stages")?.Elements(Namespaces.Sop + "stage").ToList() ?? [];
        var stages = list.Select((stage, index) => ReadStage(stage, index + 1, process)).ToImmutableArray();
        foreach (var (node, source) in nodes)
        {
            if ((string?)source.Attribute(Namespaces.Sop + "stage") is { } named && stages.All(s => s.Id != named))
                context.Problems.Error(source, "stage-unknown", $"The stage '{named}' is not in sop:stages of the process. Add it there.");
        }
        return stages;
    }

    private static void Inherit(ProcessDefinition process)
    {
        foreach (var node in process.Nodes.OrderBy(Depth))
            node.StageId ??= node.Parent?.StageId;
    }

    private static int Depth(FlowNode node) => node.Parent is { } parent ? Depth(parent) + 1 : 0;

    private Stage ReadStage(XElement element, int order, ProcessDefinition process)
    {
        var id = (string?)element.Attribute("id") ?? "";
        var en = (string?)element.Attribute("en") ?? (string?)element.Attribute("zh") ?? id;
        var name = new LocalizedText((string?)element.Attribute("zh") ?? en, en);
        var entry = (string?)element.Attribute("entry");
        if (entry is not null && process.Find(entry) is null)
            context.Problems.Error(element, "stage-entry", $"The entry '{entry}' of stage '{id}' is no element of this process.");
        return new(id, name, order, entry ?? Entry(id, process)?.Id);
    }

    private static FlowNode? Entry(string stageId, ProcessDefinition process)
    {
        var members = process.Nodes.Where(n => n.StageId == stageId && n is not (BoundaryEvent or StartEvent)).ToList();
        return members.FirstOrDefault(n => n.Incoming.Length > 0 && n.Incoming.Any(f => f.Source.StageId != stageId || f.Source is StartEvent))
            ?? members.FirstOrDefault();
    }
}
