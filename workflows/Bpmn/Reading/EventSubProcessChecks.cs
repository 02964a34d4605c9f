using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

internal static class EventSubProcessChecks
{
    internal static void Check(SubProcess sub, XElement element, ProblemList problems)
    {
        var starts = sub.Content.Starts.OfType<StartEvent>().ToList();
        if (starts.Count != 1)
            problems.Error(element, "event-subprocess-start", "An event subprocess needs exactly one start event. Add it, or split the subprocess by trigger.");
        else if (starts[0].Trigger is null && !problems.HasErrors)
            problems.Error(element, "event-subprocess-start", "The start event of an event subprocess needs a trigger: timer, message, signal, error, escalation, compensation or condition.");
        else if (starts[0].Trigger is EventTrigger.Error && !starts[0].IsInterrupting)
            problems.Error(element, "event-subprocess-start", "An error always interrupts. Set isInterrupting=\"true\" on its start event.");
        else if (starts[0].Trigger is EventTrigger.Compensation && element.Parent?.Name.LocalName == "process")
            problems.Error(element, "event-subprocess-start", "A compensation event subprocess undoes a completed subprocess; a process cannot be undone from inside. Put it into a subprocess.");
        if (sub.Loop is not null)
            problems.Error(element, "event-subprocess-start", "An event subprocess cannot loop. Put a looping subprocess inside it.");
    }
}

internal static class BoundaryChecks
{
    internal static void Check(BoundaryEvent boundary, XElement element, ProblemList problems)
    {
        switch (boundary.Trigger)
        {
            case EventTrigger.Error when !boundary.CancelsActivity:
                problems.Error(element, "boundary-noninterrupting", "An error always interrupts. Set cancelActivity=\"true\", or use an escalation.");
                break;
            case EventTrigger.Link or EventTrigger.Terminate:
                problems.Error(element, "event-position", "This event cannot sit on a border. Use a timer, message, signal, error, escalation, compensation or condition.");
                break;
            case null when !element.Elements().Any(e => e.Name.LocalName.EndsWith("EventDefinition", StringComparison.Ordinal)):
                problems.Error(element, "event-incomplete", "The boundary event waits for nothing. Add a trigger.");
                break;
        }
    }
}
