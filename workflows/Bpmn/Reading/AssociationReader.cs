using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Ties compensation boundary events to their handlers.</summary>
internal sealed class AssociationReader(ReadingContext context, IReadOnlyDictionary<string, FlowNode> nodes)
{
    internal void Read(List<XElement> elements)
    {
        foreach (var association in elements.Where(e => e.Name.LocalName == "association"))
        {
            if (Find(association, "sourceRef") is BoundaryEvent { Trigger: EventTrigger.Compensation } boundary
                && Find(association, "targetRef") is Activity handler)
                boundary.CompensationHandler = handler;
        }
        foreach (var element in elements.Where(e => e.Name.LocalName == "boundaryEvent"))
            Check(element);
    }

    private FlowNode? Find(XElement association, string attribute) =>
        nodes.GetValueOrDefault((string?)association.Attribute(attribute) ?? "");

    private void Check(XElement element)
    {
        if (nodes.GetValueOrDefault((string?)element.Attribute("id") ?? "") is not BoundaryEvent { Trigger: EventTrigger.Compensation } boundary)
            return;
        if (boundary.CompensationHandler is null)
            context.Problems.Error(element, "compensation-handler", "The compensation event has no handler. Associate it with an activity that has isForCompensation=\"true\".");
        else if (!boundary.CompensationHandler.IsForCompensation)
            context.Problems.Error(element, "compensation-handler", $"The handler '{boundary.CompensationHandler.Id}' is not marked isForCompensation=\"true\". Mark it.");
    }
}
