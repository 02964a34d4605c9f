using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Commands;

internal static class IncidentCommands
{
    internal static Refusal? Retry(Turn turn, Command.RetryIncident command)
    {
        var node = turn.Nodes.FirstOrDefault(n => n.Incident is { } incident && ProcessInstance.IncidentId(incident) == command.IncidentId);
        if (node is null)
            return new(RefusalCode.IncidentGone, $"Incident '{command.IncidentId}' of instance '{turn.State.Id}' is resolved already.");
        if (command.Variables is { } variables)
        {
            if (VariableCommands.TooLarge(turn, variables) is { } tooLarge)
                return tooLarge;
            turn.SetNearest(node, variables);
        }
        node.Incident = null;
        turn.Emit(new InstanceEvent.IncidentResolved(command.IncidentId, node.Element));
        if (node.Phase == Phase.Active && turn.ElementOf(node) is Activity activity)
            ActivityEntry.Begin(turn, node, activity);
        else
            turn.Enqueue(node, node.Phase);
        return null;
    }
}
