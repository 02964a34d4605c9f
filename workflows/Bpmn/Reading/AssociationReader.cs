using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Ties compensation boundary events to their handlers. Tools may write an association in an outer scope.</summary>
internal static class AssociationReader
{
    internal static void Read(XElement process, List<(FlowNode Node, XElement Element)> nodes, ProblemList problems)
    {
        var byId = nodes.DistinctBy(n => n.Node.Id).ToDictionary(n => n.Node.Id, n => n.Node, StringComparer.Ordinal);
        foreach (var association in process.Descendants(Namespaces.Bpmn + "association"))
        {
            if (Find(association, "sourceRef") is BoundaryEvent { Trigger: EventTrigger.Compensation } boundary
                && Find(association, "targetRef") is Activity handler && handler.Parent == boundary.Parent)
                boundary.CompensationHandler = handler;
        }
        foreach (var (node, element) in nodes)
        {
            if (node is BoundaryEvent { Trigger: EventTrigger.Compensation } boundary)
                Check(boundary, element, problems);
        }

        FlowNode? Find(XElement association, string attribute) => byId.GetValueOrDefault((string?)association.Attribute(attribute) ?? "");
    }

    private static void Check(BoundaryEvent boundary, XElement element, ProblemList problems)
    {
        if (boundary.CompensationHandler is null)
            problems.Error(element, "compensation-handler", "The compensation event has no handler. Associate it with an activity of the same scope that has isForCompensation=\"true\".");
        else if (!boundary.CompensationHandler.IsForCompensation)
            problems.Error(element, "compensation-handler", $"The handler '{boundary.CompensationHandler.Id}' is not marked isForCompensation=\"true\". Mark it.");
    }
}
