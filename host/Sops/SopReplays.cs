using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Execution.Rehearsal;

namespace Orchestrator.Host.Sops;

/// <summary>What replaying showed: how many past campaigns were compared, and those that would have gone another way.</summary>
public sealed record ReplayResult(int Compared, IReadOnlyList<ReplayedCampaign> Different);

/// <summary>A past campaign that a proposed version would have decided or routed differently.</summary>
public sealed record ReplayedCampaign(
    Guid CampaignId, string Code, IReadOnlyList<string> NoLonger, IReadOnlyList<string> Additionally, IReadOnlyList<ReplayedDecision> Decisions, string? StoppedBecause);

public sealed record ReplayedDecision(string DecisionId, string Then, string Now);

/// <summary>
/// Runs a proposed SOP or decision version over what past campaigns recorded: their facts, and the outcome and duration of every task.
/// Service tasks answer with what they left in the process variables. Changes nothing.
/// </summary>
public sealed class SopReplays(Database database, DefinitionLibrary library, WorkingCalendars calendars)
{
    private const int MostCampaigns = 100;

    /// <summary>Host variables that were known at the start; outcomes come from the recorded tasks instead.</summary>
    private static readonly string[] Inputs = ["campaignId", "code", "owner", SopVariables.LaunchAt, SopVariables.FirstPhaseAt, SopVariables.WindowEnd];

    public Task<Outcome<ReplayResult>> RunAsync(Guid proposedId, CancellationToken cancellationToken) =>
        database.ReadAsync<Outcome<ReplayResult>>(
            async (db, token) =>
            {
                if (await db.Definitions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == proposedId, token) is not { } proposed)
                    return Refusal.NotFound(proposedId.ToString());
                var calendar = await calendars.CurrentAsync(db, token);
                var (compared, different) = (0, new List<ReplayedCampaign>());
                foreach (var row in await PastAsync(db, proposed, token))
                {
                    compared++;
                    if (await CompareAsync(db, row, proposed, calendar, token) is { } difference)
                        different.Add(difference);
                }
                return new ReplayResult(compared, different);
            },
            cancellationToken);

    private static Task<List<InstanceRow>> PastAsync(OrchestratorDb db, DefinitionVersion proposed, CancellationToken cancellationToken)
    {
        var ended = db.Instances.AsNoTracking().Where(row => row.Status == InstanceStatus.Completed || row.Status == InstanceStatus.Cancelled);
        if (proposed.Kind == DefinitionKind.Sop)
            ended = ended.Where(row => db.Definitions.Any(version => version.Id == row.SopVersionId && version.Key == proposed.Key));
        return ended.OrderByDescending(row => row.Id).Take(MostCampaigns).ToListAsync(cancellationToken);
    }

    private async Task<ReplayedCampaign?> CompareAsync(OrchestratorDb db, InstanceRow row, DefinitionVersion proposed, IWorkingCalendar calendar, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.AsNoTracking().SingleAsync(campaign => campaign.Id == row.Id, cancellationToken);
        var then = await library.PinAsync(db, row, campaign.FactsJson, cancellationToken);
        var now = await library.PinAsync(db, Proposed(row, proposed), campaign.FactsJson, cancellationToken);
        var tasks = await db.Tasks.AsNoTracking().Where(task => task.CampaignId == row.Id && task.State == TaskState.Done).ToListAsync(cancellationToken);
        var run = new RecordedRun(campaign.Code, Plan(ProcessInstance.FromJson(row.State).Variables, tasks, then.Main, now.Main), campaign.CreatedAt);
        var differences = Replay.Compare((then.Main, new(then, calendar)), (now.Main, new(now, calendar)), [run]);
        return differences is [var difference]
            ? new(row.Id, campaign.Code, difference.Missing, difference.Additional, [.. difference.Decisions.Select(d => new ReplayedDecision(d.DecisionId, d.Then, d.Now))], difference.StoppedBecause)
            : null;
    }

    private static InstanceRow Proposed(InstanceRow row, DefinitionVersion proposed)
    {
        var pins = JsonSerializer.Deserialize<Dictionary<string, Guid>>(row.DecisionsJson)!;
        if (proposed.Kind == DefinitionKind.Decision)
            pins[proposed.Key] = proposed.Id;
        return new InstanceRow
        {
            SopVersionId = proposed.Kind == DefinitionKind.Sop ? proposed.Id : row.SopVersionId,
            DecisionsJson = JsonSerializer.Serialize(pins),
            State = "",
        };
    }

    private static DryRunPlan Plan(Variables recorded, List<ProcessTask> tasks, ProcessDefinition then, ProcessDefinition now)
    {
        var answers = tasks.OrderBy(task => task.CompletedAt).GroupBy(task => task.ElementId, StringComparer.Ordinal).ToDictionary(
            element => element.Key, element => element.Select(Answer).ToImmutableArray(), StringComparer.Ordinal);
        var computed = then.Nodes.Concat(now.Nodes).SelectMany(Sets).Concat(Inputs).Append(SopVariables.Standing).ToHashSet(StringComparer.Ordinal);
        var left = Variables.From(recorded.Where(value => !computed.Contains(value.Key)));
        foreach (var service in then.Nodes.Concat(now.Nodes).OfType<ServiceTask>())
            answers[service.Id] = [new StubAnswer(Variables: left)];
        return new DryRunPlan
        {
            Variables = Variables.From(recorded.Where(value => Inputs.Contains(value.Key))).With(SopVariables.Standing, Array.Empty<string>()),
            Answers = answers.ToImmutableDictionary(StringComparer.Ordinal),
        };
    }

    // What people and decisions set comes about anew.
    private static IEnumerable<string> Sets(FlowNode node) => node switch
    {
        UserTask task => [task.OutcomeVariable, .. task.Outputs.Select(output => output.Target)],
        BusinessRuleTask rule => [rule.ResultVariable, .. rule.Outputs.Select(output => output.Target)],
        ScriptTask { ResultVariable: { } result } => [result],
        _ => [],
    };

    private static StubAnswer Answer(ProcessTask task) => new(task.Outcome, After: task.CompletedAt is { } done && done > task.CreatedAt ? done - task.CreatedAt : TimeSpan.Zero);
}
