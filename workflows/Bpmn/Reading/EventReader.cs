using System.Xml.Linq;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads event definitions and message references.</summary>
internal sealed class EventReader(ReadingContext context)
{
    /// <summary>The trigger of an event; null for a none event and where a problem was reported.</summary>
    /// <param name="catching">Whether the event waits (start, catch, boundary) or acts (throw, end).</param>
    internal EventTrigger? Read(XElement element, bool catching)
    {
        var definitions = element.Elements().Where(e => e.Name.LocalName.EndsWith("EventDefinition", StringComparison.Ordinal)).ToList();
        if (element.Element(Namespaces.Bpmn + "eventDefinitionRef") is { } reference)
        {
            context.Problems.Error(reference, "unsupported-element", "Shared event definitions are not supported. Put the definition into the event.");
            return null;
        }
        if (definitions.Count == 0)
            return null;
        if (definitions.Count > 1 || (string?)element.Attribute("parallelMultiple") == "true")
        {
            context.Problems.Error(element, "unsupported-element", "An event with several triggers is not supported. Use one event per trigger, or an event-based gateway.");
            return null;
        }
        return Definition(definitions[0], element, catching);
    }

    private EventTrigger? Definition(XElement definition, XElement element, bool catching)
    {
        switch (definition.Name.LocalName)
        {
            case "timerEventDefinition":
                return new TimerReader(context).Read(definition) is { } rule ? new EventTrigger.Timer(rule) : null;
            case "messageEventDefinition" when !catching && definition.Attribute("messageRef") is null:
                context.Problems.Warning(definition, "message-missing", "No message is named, so nothing is sent. Add a bpmn:message and refer to it by messageRef, or make this a plain event.");
                return null;
            case "messageEventDefinition":
                return Message(definition, element) is { } message ? new EventTrigger.Message(message) : null;
            case "signalEventDefinition":
                return Signal(definition);
            case "errorEventDefinition":
                return Error(definition, catching);
            case "escalationEventDefinition":
                return Escalation(definition, catching);
            case "compensateEventDefinition":
                return new EventTrigger.Compensation((string?)definition.Attribute("activityRef"), (string?)definition.Attribute("waitForCompletion") != "false");
            case "conditionalEventDefinition":
                return context.Feel(definition, definition.Element(Namespaces.Bpmn + "condition")?.Value) is { } condition
                    ? new EventTrigger.Conditional(condition) : null;
            case "linkEventDefinition":
                return Link(definition, element);
            case "terminateEventDefinition":
                return new EventTrigger.Terminate();
            default:
                context.Problems.Error(definition, "unsupported-element", $"{definition.Name.LocalName} is not supported. {ElementCatalog.InsteadOf(definition.Name.LocalName)}");
                return null;
        }
    }

    internal MessageReference? Message(XElement definition, XElement element)
    {
        var reference = (string?)definition.Attribute("messageRef");
        if (string.IsNullOrWhiteSpace(reference))
        {
            context.Problems.Error(element, "message-missing", "No message is named. Add a bpmn:message with a name and refer to it by messageRef.");
            return null;
        }
        if (context.Globals.Find("message", reference) is not { } message)
        {
            context.Problems.Error(element, "message-unknown", $"The message '{reference}' is not defined in this file. Add a bpmn:message with this id.");
            return null;
        }
        if (context.TextOrFeel(message, (string?)message.Attribute("name")) is not { } name)
        {
            context.Problems.Error(message, "message-missing", "The message has no name. The name is what senders use; add one.");
            return null;
        }
        var key = (string?)ReadingContext.Extension(message, Namespaces.Zeebe + "subscription")?.Attribute("correlationKey");
        return new(name, key is null ? null : context.Feel(message, key));
    }

    private EventTrigger.Signal? Signal(XElement definition)
    {
        var reference = (string?)definition.Attribute("signalRef") ?? "";
        if (context.Globals.Find("signal", reference) is not { } signal
            || context.TextOrFeel(signal, (string?)signal.Attribute("name")) is not { } name)
        {
            context.Problems.Error(definition, "signal-unknown", $"The signal '{reference}' is not defined with a name in this file. Add a bpmn:signal with this id and a name.");
            return null;
        }
        return new(name);
    }

    private EventTrigger.Error? Error(XElement definition, bool catching)
    {
        var reference = (string?)definition.Attribute("errorRef");
        if (string.IsNullOrWhiteSpace(reference))
        {
            if (catching)
                return new(null);
            context.Problems.Error(definition, "error-missing", "A thrown error needs a code. Add a bpmn:error with an errorCode and refer to it by errorRef.");
            return null;
        }
        var error = context.Globals.Find("error", reference);
        if (error is null)
        {
            context.Problems.Error(definition, "error-unknown", $"The error '{reference}' is not defined in this file. Add a bpmn:error with this id.");
            return null;
        }
        // A catch whose error has no code catches every error, as in the specification.
        var code = (string?)error.Attribute("errorCode");
        return new(code ?? (catching ? null : (string?)error.Attribute("name") ?? reference));
    }

    private EventTrigger.Escalation? Escalation(XElement definition, bool catching)
    {
        var reference = (string?)definition.Attribute("escalationRef");
        if (string.IsNullOrWhiteSpace(reference))
        {
            if (catching)
                return new((string?)null);
            context.Problems.Error(definition, "escalation-missing", "A thrown escalation needs a code. Add a bpmn:escalation with an escalationCode and refer to it by escalationRef.");
            return null;
        }
        var escalation = context.Globals.Find("escalation", reference);
        if (escalation is null)
        {
            context.Problems.Error(definition, "escalation-unknown", $"The escalation '{reference}' is not defined in this file. Add a bpmn:escalation with this id.");
            return null;
        }
        // A catch whose escalation has no code catches every escalation, as in the specification.
        var code = (string?)escalation.Attribute("escalationCode");
        return new(code ?? (catching ? null : reference));
    }

    private EventTrigger.Link? Link(XElement definition, XElement element)
    {
        var name = (string?)definition.Attribute("name") ?? (string?)element.Attribute("name");
        if (string.IsNullOrWhiteSpace(name))
        {
            context.Problems.Error(element, "link-missing", "The link has no name. Give the throwing and the catching link the same name.");
            return null;
        }
        return new(name.Trim());
    }
}
