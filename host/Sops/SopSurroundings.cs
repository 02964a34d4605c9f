using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Bpmn.Lint;

namespace Orchestrator.Host.Sops;

/// <summary>Lints an SOP against what exists around it: forms, decisions, service types, and the people who hold the roles.</summary>
public sealed class SopSurroundings(IEnumerable<IServiceTask> tasks)
{
    private readonly IReadOnlySet<string> serviceTypes = tasks.Select(task => task.Type).ToHashSet(StringComparer.Ordinal);

    /// <param name="withMembers">At publishing: the separation of duties must be possible with the people who exist.</param>
    public async Task<IReadOnlyList<DefinitionProblem>> LintAsync(OrchestratorDb db, string xml, IReadOnlyCollection<string> forms, bool withMembers, CancellationToken cancellationToken)
    {
        if (BpmnReader.Read(xml).Definitions is not { } definitions)
            return [];
        var surroundings = new LintSurroundings
        {
            Forms = forms.ToHashSet(StringComparer.Ordinal),
            Decisions = (await DefinitionLibrary.PublishedDecisionsAsync(db, cancellationToken)).Keys.ToHashSet(StringComparer.Ordinal),
            Processes = definitions.Processes.Select(process => process.Id).ToHashSet(StringComparer.Ordinal),
            // A process without people runs for other systems, whose workers nobody here knows.
            ServiceTypes = definitions.Processes.Any(process => process.UserTasks.Any()) ? serviceTypes : null,
            Templates = await TemplatesAsync(db, cancellationToken),
            Members = withMembers ? await MembersAsync(db, cancellationToken) : null,
        };
        return [.. SopLint.Check(definitions, surroundings).Select(problem => new DefinitionProblem(problem.IsError, problem.Code, problem.ElementId, problem.Line, problem.Message))];
    }

    private static async Task<IReadOnlySet<string>> TemplatesAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        (await db.Set<TemplateVersion>().Where(row => row.State == TemplateState.Published).Select(row => row.Key).Distinct().ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);

    private static async Task<IReadOnlyDictionary<string, IReadOnlyCollection<string>>> MembersAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var users = await db.Users.Where(user => !user.IsDisabled).Select(user => new { user.UserName, user.Roles }).ToListAsync(cancellationToken);
        return Role.All.ToDictionary(role => role, role => (IReadOnlyCollection<string>)[.. users.Where(user => user.Roles.Contains(role)).Select(user => user.UserName)], StringComparer.Ordinal);
    }
}
