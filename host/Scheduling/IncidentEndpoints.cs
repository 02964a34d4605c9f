using System.Security.Claims;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Scheduling;

public sealed record IncidentNote(string Note);

/// <summary>An answer to a question: one of its choices, and why.</summary>
public sealed record QuestionAnswer(string Answer, string Reason);

internal static class IncidentEndpoints
{
    private const int ListLimit = 200;

    public static void MapScheduling(this RouteGroupBuilder api)
    {
        var incidents = api.MapGroup("/incidents").RequireRole(Role.Platform, Role.ProcessAdmin, Role.Admin);
        incidents.MapGet("", (bool? closed, Incidents service, CancellationToken token) => service.ListAsync(closed ?? false, ListLimit, token)).WithName("ListIncidents");
        incidents.MapPost("/{id:guid}/retry", async (Guid id, Incidents service, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await service.RetryAsync(id, Actor.From(user), token)).ToNoContent(texts)).WithName("RetryIncident");
        incidents.MapPost("/{id:guid}/resolution", async (Guid id, IncidentNote body, Incidents service, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await service.ResolveAsync(id, body.Note, Actor.From(user), token)).ToNoContent(texts)).WithName("ResolveIncident");
        incidents.MapPost("/{id:guid}/answer", async (Guid id, QuestionAnswer body, Incidents service, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await service.AnswerAsync(id, null, body.Answer ?? "", body.Reason, Actor.From(user), token)).ToNoContent(texts)).WithName("AnswerIncident");
    }
}
