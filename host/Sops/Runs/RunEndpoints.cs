using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <param name="Process">The key of a published process without user tasks.</param>
/// <param name="Start">The start event to begin at, for a process that begins with a message, signal or timer.</param>
public sealed record RunRequest(string Process, JsonElement? Variables = null, string? Start = null);

/// <param name="CommandId">The worker's own id of this answer: sent again, it is applied once.</param>
public sealed record WorkResult(JsonElement? Variables = null, Guid? CommandId = null);

/// <param name="ErrorCode">A BPMN error that the process may catch; without one it becomes an incident.</param>
public sealed record WorkFailure(string Message, string? ErrorCode = null, Guid? CommandId = null);

public sealed record RunMessage(string Name, string? Correlation = null, JsonElement? Variables = null, Guid? CommandId = null);

/// <summary>A run as other systems see it: open work is theirs to do.</summary>
public sealed record RunView(
    Guid Id, InstanceStatus Status, bool Applied, JsonElement Variables, IReadOnlyList<OpenWork> Work, IReadOnlyList<OpenTimer> Timers, IReadOnlyList<OpenSubscription> Waits, IReadOnlyList<OpenIncident> Incidents)
{
    public static RunView From(Guid id, ProcessInstance state, bool applied) =>
        new(id, state.Status, applied, JsonDocument.Parse(state.Variables.ToJson()).RootElement, state.Work, state.Timers, state.Subscriptions, state.Incidents);
}

internal static class RunEndpoints
{
    public static void MapRuns(this RouteGroupBuilder api)
    {
        var runs = api.MapGroup("/runs").RequireRole(Role.Platform, Role.ProcessAdmin);
        runs.MapGet("", async (bool? ended, ProcessRuns all, CancellationToken token) =>
            (await all.ListAsync(ended ?? false, token)).Select(View)).WithName("ListRuns");
        runs.MapGet("/{id:guid}", async (Guid id, ProcessRuns all, Texts texts, CancellationToken token) =>
            await all.FindAsync(id, token) is { } run ? TypedResults.Ok(View(run)) : (IResult)Refusal.NotFound(id.ToString()).ToProblem(texts)).WithName("GetRun");
        runs.MapPost("", async (RunRequest body, ProcessRuns all, Texts texts, CancellationToken token) =>
            (await all.StartAsync(body.Process, Given(body.Variables), token, body.Start)).ToResult(texts, step => TypedResults.Created($"/api/v1/runs/{step.State.Id}", View(step)))).WithName("StartRun");
        runs.MapPost("/{id:guid}/work/{workId}/completion", (Guid id, string workId, WorkResult body, ProcessRuns all, Texts texts, CancellationToken token) =>
            StepAsync(all, texts, id, new Command.CompleteWork(workId, Given(body.Variables)), body.CommandId, token)).WithName("CompleteRunWork");
        runs.MapPost("/{id:guid}/work/{workId}/failure", (Guid id, string workId, WorkFailure body, ProcessRuns all, Texts texts, CancellationToken token) =>
            StepAsync(all, texts, id, new Command.FailWork(workId, body.ErrorCode, body.Message), body.CommandId, token)).WithName("FailRunWork");
        runs.MapPost("/{id:guid}/messages", (Guid id, RunMessage body, ProcessRuns all, Texts texts, CancellationToken token) =>
            StepAsync(all, texts, id, new Command.DeliverMessage(body.Name, body.Correlation, Given(body.Variables)), body.CommandId, token)).WithName("SendRunMessage");
        runs.MapPost("/{id:guid}/cancellation", async (Guid id, CancellationReason body, ProcessRuns all, Actor actor, Texts texts, CancellationToken token) =>
            (await all.CancelAsync(id, body.Reason, actor, token)).ToResult(texts, step => TypedResults.Ok(View(step)))).WithName("CancelRun");
    }

    private static async Task<IResult> StepAsync(ProcessRuns runs, Texts texts, Guid id, Command command, Guid? commandId, CancellationToken cancellationToken) =>
        (await runs.StepAsync(id, command, commandId, cancellationToken)).ToResult(texts, step => TypedResults.Ok(View(step)));

    private static RunView View(RunStep step) => RunView.From(Guid.Parse(step.State.Id), step.State, step.Applied);

    private static RunView View(ProcessRun run) => RunView.From(run.Id, ProcessInstance.FromJson(run.State), true);

    private static Variables Given(JsonElement? variables) =>
        variables is { ValueKind: JsonValueKind.Object } given ? Variables.FromJson(given.GetRawText()) : Variables.None;
}

public sealed record CancellationReason(string Reason);
