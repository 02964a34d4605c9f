using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Execution.Commands;

internal static class MigrateCommand
{
    internal static Decision Apply(ProcessDefinition target, ProcessInstance state, Command.Migrate command, DateTimeOffset now, InterpreterSettings settings) =>
        new Decision.Refused(RefusalCode.NotMigratable, "Migration is not built yet.");
}
