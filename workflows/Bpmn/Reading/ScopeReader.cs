using System.Collections.Immutable;
using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads what a process or subprocess contains: nodes first, then boundary events, then flows.</summary>
internal sealed class ScopeReader(ReadingContext context, List<(FlowNode Node, XElement Element)> all, List<SequenceFlow> allFlows)
{
    private readonly Dictionary<string, FlowNode> here = new(StringComparer.Ordinal);

    internal ScopeContent Read(XElement scope, SubProcess? parent, bool isTopLevel)
    {
        var elements = scope.Elements().Where(e => e.Name.Namespace == Namespaces.Bpmn).ToList();
        foreach (var element in elements)
            ReadNode(element, parent, isTopLevel);
        foreach (var element in elements.Where(e => e.Name.LocalName == "boundaryEvent"))
            ReadBoundary(element, parent);
        new FlowReader(context, here, allFlows).Read(elements);
        return Content(scope, parent);
    }

    private void ReadNode(XElement element, SubProcess? parent, bool isTopLevel)
    {
        var name = element.Name.LocalName;
        if (name is "boundaryEvent" or "sequenceFlow" || ElementCatalog.DescriptiveInScope.Contains(name) || name.EndsWith("EventDefinition", StringComparison.Ordinal))
            return;
        var node = name is "subProcess" ? ReadSubProcess(element) : new NodeReader(context).Read(element, parent, isTopLevel);
        if (node is not null)
            Keep(node, element, parent);
    }

    private SubProcess ReadSubProcess(XElement element)
    {
        var sub = new SubProcess { Id = NodeReader.IdOf(element, context), ElementType = "subProcess" };
        new ActivityReader(context).ReadCommon(sub, element);
        sub.IsEventSubProcess = (string?)element.Attribute("triggeredByEvent") == "true";
        sub.Content = new ScopeReader(context, all, allFlows).Read(element, sub, isTopLevel: false);
        if (sub.IsEventSubProcess)
        {
            // The attribute is redundant on event subprocesses; some tools write it.
            sub.IsForCompensation = false;
            EventSubProcessChecks.Check(sub, element, context.Problems);
        }
        return sub;
    }

    private void ReadBoundary(XElement element, SubProcess? parent)
    {
        var attachedTo = (string?)element.Attribute("attachedToRef") ?? "";
        if (here.GetValueOrDefault(attachedTo) is not Activity activity)
        {
            context.Problems.Error(element, "boundary-unattached", $"The boundary event is attached to '{attachedTo}', which is no activity of the same scope. Attach it to a task, subprocess or call activity.");
            return;
        }
        var boundary = new BoundaryEvent { Id = NodeReader.IdOf(element, context), ElementType = "boundaryEvent", AttachedTo = activity };
        boundary.CancelsActivity = (string?)element.Attribute("cancelActivity") != "false";
        boundary.Trigger = new EventReader(context).Read(element, catching: true);
        boundary.Mappings = context.Mappings(element, "output");
        BoundaryChecks.Check(boundary, element, context.Problems);
        activity.BoundaryEvents = activity.BoundaryEvents.Add(boundary);
        Keep(boundary, element, parent);
    }

    private void Keep(FlowNode node, XElement element, SubProcess? parent)
    {
        node.Name = ReadingContext.NameOf(element);
        node.Parent = parent;
        node.Line = ProblemList.LineOf(element);
        node.StageId = (string?)element.Attribute(Namespaces.Sop + "stage");
        node.IsLaunch = (string?)element.Attribute(Namespaces.Sop + "launch") == "true";
        node.Fingerprint = Fingerprints.Of(element);
        here.TryAdd(node.Id, node);
        all.Add((node, element));
    }

    private ScopeContent Content(XElement scope, SubProcess? parent)
    {
        var nodes = here.Values.OrderBy(n => n.Line).ToImmutableArray();
        var starts = nodes.OfType<StartEvent>().ToImmutableArray<FlowNode>();
        if (starts.Length == 0)
            starts = [.. nodes.Where(IsImplicitStart)];
        if (starts.Length == 0 && nodes.Length > 0)
            context.Problems.Error(scope, "no-start", "Nothing starts here. Add a start event.");
        else if (nodes.Length == 0 && scope.Name.LocalName == "process")
            context.Problems.Error(scope, "no-start", "The process is empty. Add a start event, a task and an end event.");
        if (starts.OfType<StartEvent>().Count(s => s.Trigger is null) > 1)
            context.Problems.Error(scope, "several-starts", "There are several start events without a trigger. Keep one and let it lead to the others' targets through a gateway.");
        if (parent is { IsEventSubProcess: false } && starts.OfType<StartEvent>().Any(s => s.Trigger is not null))
            context.Problems.Error(scope, "start-trigger", "An embedded subprocess starts when the flow reaches it; its start event must not have a trigger. Remove it, or make this an event subprocess.");
        return new() { Nodes = nodes, Starts = starts, EventSubProcesses = [.. nodes.OfType<SubProcess>().Where(s => s.IsEventSubProcess)] };
    }

    private static bool IsImplicitStart(FlowNode node) =>
        node.Incoming.Length == 0 && node is not (BoundaryEvent or IntermediateCatchEvent { Trigger: EventTrigger.Link })
        && node is not Activity { IsForCompensation: true } and not SubProcess { IsEventSubProcess: true };
}
