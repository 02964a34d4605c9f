using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Checks what elements say about each other, once all are known.</summary>
internal static class ReferenceChecks
{
    internal static void Check(ProcessDefinition process, List<(FlowNode Node, XElement Element)> nodes, ProblemList problems)
    {
        foreach (var (node, element) in nodes)
        {
            switch (node)
            {
                case IntermediateThrowEvent { Trigger: EventTrigger.Link link } thrown:
                    TieLink(thrown, link, element, process, problems);
                    break;
                case EventNode { Trigger: EventTrigger.Compensation { ActivityId: { } activity } } when process.Find(activity) is not Activity:
                    problems.Error(element, "compensation-unknown", $"'{activity}' is no activity of this process. Name the activity to undo, or leave activityRef out to undo all.");
                    break;
                case EventBasedGateway gateway:
                    CheckGateway(gateway, element, problems);
                    break;
                case UserTask task:
                    CheckTask(task, element, process, problems);
                    break;
            }
        }
    }

    private static void TieLink(IntermediateThrowEvent thrown, EventTrigger.Link link, XElement element, ProcessDefinition process, ProblemList problems)
    {
        var targets = process.Nodes
            .Where(n => n.Parent == thrown.Parent && n is IntermediateCatchEvent { Trigger: EventTrigger.Link other } && other.Name == link.Name)
            .ToList();
        thrown.LinkTarget = targets.FirstOrDefault();
        if (targets.Count != 1)
            problems.Error(element, "link-unknown", $"There are {targets.Count} catching links named '{link.Name}' in this scope; there must be exactly one.");
    }

    private static void CheckGateway(EventBasedGateway gateway, XElement element, ProblemList problems)
    {
        if (gateway.Outgoing.Length < 2)
            problems.Warning(element, "event-gateway", "An event-based gateway chooses between events; this one has fewer than two behind it.");
        foreach (var flow in gateway.Outgoing)
        {
            var waits = flow.Target is ReceiveTask or IntermediateCatchEvent
            { Trigger: EventTrigger.Message or EventTrigger.Signal or EventTrigger.Timer or EventTrigger.Conditional };
            if (!waits)
                problems.Error(element, "event-gateway", $"'{flow.Target.Id}' behind the event-based gateway waits for nothing. Only catching events and receive tasks may follow it.");
            else if (flow.Target.Incoming.Length > 1)
                problems.Error(element, "event-gateway", $"'{flow.Target.Id}' is also reached from elsewhere. An event behind an event-based gateway must have no other incoming flow.");
        }
    }

    private static void CheckTask(UserTask task, XElement element, ProcessDefinition process, ProblemList problems)
    {
        foreach (var other in task.SeparateFrom.Where(o => o != "owner" && process.Find(o) is not UserTask))
            problems.Error(element, "separation-unknown", $"sop:separateFrom names '{other}', which is no user task of this process. Name user tasks, or owner.");
        foreach (var outcome in task.Outcomes.Where(o => o.SendBackTo is not null))
        {
            var to = outcome.SendBackTo!;
            if (process.FindStage(to) is null && process.Find(to) is null)
                problems.Error(element, "send-back-unknown", $"The outcome '{outcome.Id}' sends back to '{to}', which is neither a stage nor an element.");
        }
    }
}
