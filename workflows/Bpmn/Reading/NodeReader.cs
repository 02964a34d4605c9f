using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads one flow node that is neither a subprocess nor a boundary event.</summary>
internal sealed class NodeReader(ReadingContext context)
{
    internal static string IdOf(XElement element, ReadingContext context)
    {
        if ((string?)element.Attribute("id") is { Length: > 0 } id)
            return id;
        context.Problems.Error(element, "id-missing", $"The {element.Name.LocalName} has no id. Give it one.");
        return $"line-{ProblemList.LineOf(element)}";
    }

    internal FlowNode? Read(XElement element, SubProcess? parent, bool isTopLevel)
    {
        var id = IdOf(element, context);
        switch (element.Name.LocalName)
        {
            case "startEvent": return Start(element, id, parent, isTopLevel);
            case "endEvent": return End(element, id);
            case "intermediateCatchEvent": return Catch(element, id);
            case "intermediateThrowEvent": return Throw(element, id);
            case "exclusiveGateway": return new ExclusiveGateway { Id = id, ElementType = element.Name.LocalName };
            case "parallelGateway": return new ParallelGateway { Id = id, ElementType = element.Name.LocalName };
            case "inclusiveGateway": return new InclusiveGateway { Id = id, ElementType = element.Name.LocalName };
            case "eventBasedGateway": return EventGateway(element, id);
            default: return new ActivityReader(context).Read(element, id) ?? Unsupported(element);
        }
    }

    private FlowNode? Unsupported(XElement element)
    {
        var name = element.Name.LocalName;
        if (!ActivityReader.Knows(name))
            context.Problems.Error(element, "unsupported-element", $"{name} is not supported. {ElementCatalog.InsteadOf(name)}");
        return null;
    }

    private StartEvent Start(XElement element, string id, SubProcess? parent, bool isTopLevel)
    {
        var start = new StartEvent { Id = id, ElementType = "startEvent", Trigger = new EventReader(context).Read(element, catching: true) };
        start.IsInterrupting = (string?)element.Attribute("isInterrupting") != "false";
        start.Mappings = context.Mappings(element, "output");
        var isEventSub = (string?)element.Parent?.Attribute("triggeredByEvent") == "true";
        if (isTopLevel && start.Trigger is not (null or EventTrigger.Message or EventTrigger.Signal or EventTrigger.Timer or EventTrigger.Conditional))
            context.Problems.Error(element, "start-trigger", "A process can start plainly, by message, signal, timer or condition. Put other triggers into an event subprocess.");
        if (isEventSub && start.Trigger is EventTrigger.Link or EventTrigger.Terminate)
            context.Problems.Error(element, "start-trigger", "An event subprocess cannot start by this event. Use a timer, message, signal, error, escalation, compensation or conditional start.");
        return start;
    }

    private EndEvent End(XElement element, string id)
    {
        var end = new EndEvent { Id = id, ElementType = "endEvent", Trigger = new EventReader(context).Read(element, catching: false) };
        end.Mappings = context.Mappings(element, "input");
        if (end.Trigger is EventTrigger.Timer or EventTrigger.Conditional or EventTrigger.Link)
            context.Problems.Error(element, "event-position", "An end event cannot wait or link. Use an intermediate event before a plain end event.");
        return end;
    }

    private IntermediateCatchEvent Catch(XElement element, string id)
    {
        var caught = new IntermediateCatchEvent { Id = id, ElementType = "intermediateCatchEvent", Trigger = new EventReader(context).Read(element, catching: true) };
        caught.Mappings = context.Mappings(element, "output");
        if (caught.Trigger is EventTrigger.Error or EventTrigger.Escalation or EventTrigger.Compensation or EventTrigger.Terminate)
            context.Problems.Error(element, "event-position", "This event cannot be awaited in the flow. Use a boundary event or an event subprocess.");
        else if (caught.Trigger is null && !element.Elements().Any(e => e.Name.LocalName.EndsWith("EventDefinition", StringComparison.Ordinal)))
            context.Problems.Error(element, "event-incomplete", "The event waits for nothing. Add a timer, message, signal, condition or link.");
        return caught;
    }

    private IntermediateThrowEvent Throw(XElement element, string id)
    {
        var thrown = new IntermediateThrowEvent { Id = id, ElementType = "intermediateThrowEvent", Trigger = new EventReader(context).Read(element, catching: false) };
        thrown.Mappings = context.Mappings(element, "input");
        if (thrown.Trigger is EventTrigger.Timer or EventTrigger.Conditional or EventTrigger.Error or EventTrigger.Terminate)
            context.Problems.Error(element, "event-position", "This event cannot be thrown in the middle of the flow. Use an end event, or a catch event if it should wait.");
        return thrown;
    }

    private EventBasedGateway EventGateway(XElement element, string id)
    {
        if ((string?)element.Attribute("instantiate") == "true" || (string?)element.Attribute("eventGatewayType") == "Parallel")
            context.Problems.Error(element, "unsupported-element", "An event-based gateway that starts the process, or waits for all events, is not supported. Use several message start events, or a parallel gateway before the events.");
        return new() { Id = id, ElementType = element.Name.LocalName };
    }
}
