using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads the sequence flows of one scope and ties them to their nodes.</summary>
internal sealed class FlowReader(ReadingContext context, IReadOnlyDictionary<string, FlowNode> nodes, List<SequenceFlow> all)
{
    internal void Read(List<XElement> elements)
    {
        var defaults = elements.Where(e => e.Attribute("default") is not null).ToList();
        foreach (var element in elements.Where(e => e.Name.LocalName == "sequenceFlow"))
        {
            if (ReadFlow(element) is not { } flow)
                continue;
            if (defaults.RemoveAll(owner => (string?)owner.Attribute("default") == flow.Id && (string?)owner.Attribute("id") == flow.Source.Id) > 0)
                (flow.IsDefault, flow.Source.Default) = (true, flow);
            all.Add(flow);
            flow.Source.Outgoing = flow.Source.Outgoing.Add(flow);
            flow.Target.Incoming = flow.Target.Incoming.Add(flow);
        }
        foreach (var owner in defaults.Where(d => nodes.ContainsKey((string?)d.Attribute("id") ?? "")))
            context.Problems.Error(owner, "default-unknown", $"The default flow '{(string?)owner.Attribute("default")}' does not leave this element. Point default at one of its outgoing flows.");
    }

    private SequenceFlow? ReadFlow(XElement element)
    {
        var source = Node(element, "sourceRef");
        var target = Node(element, "targetRef");
        if (source is null || target is null || !IsAllowed(element, source, target))
            return null;
        var condition = element.Element(Namespaces.Bpmn + "conditionExpression");
        return new(NodeReader.IdOf(element, context), source, target)
        {
            Name = ReadingContext.NameOf(element),
            Line = ProblemList.LineOf(element),
            Condition = condition is null || source is ParallelGateway or EventBasedGateway ? null : context.Feel(condition, condition.Value),
        };
    }

    private FlowNode? Node(XElement element, string attribute)
    {
        var id = (string?)element.Attribute(attribute) ?? "";
        if (nodes.TryGetValue(id, out var node))
            return node;
        // A node that was itself refused has its own problem already.
        if (!element.Parent!.Elements().Any(e => (string?)e.Attribute("id") == id))
            context.Problems.Error(element, "flow-dangling", $"{attribute} '{id}' is no element of the same scope. Connect the flow within one process or subprocess; use events to cross a border.");
        return null;
    }

    private bool IsAllowed(XElement element, FlowNode source, FlowNode target)
    {
        if (target is StartEvent or BoundaryEvent)
            context.Problems.Error(element, "flow-position", "A sequence flow cannot lead to a start or boundary event. Connect it to the element behind it.");
        else if (source is EndEvent)
            context.Problems.Error(element, "flow-position", "A sequence flow cannot leave an end event. Use an intermediate event.");
        else if (source is SubProcess { IsEventSubProcess: true } || target is SubProcess { IsEventSubProcess: true })
            context.Problems.Error(element, "flow-position", "An event subprocess has no sequence flows. It starts by its own start event.");
        else if (source is Activity { IsForCompensation: true } || target is Activity { IsForCompensation: true })
            context.Problems.Error(element, "flow-position", "A compensation activity has no sequence flows. Connect it by an association from a compensation boundary event.");
        else if (source is IntermediateThrowEvent { Trigger: EventTrigger.Link } || target is IntermediateCatchEvent { Trigger: EventTrigger.Link })
            context.Problems.Error(element, "flow-position", "A link needs no sequence flow between its ends. Flows lead to the throwing link and leave the catching one.");
        else
            return true;
        return false;
    }
}
