using System.Text.Json;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Messages;

/// <param name="Correlation">Must equal the key that the receiver waits with, where it has one.</param>
/// <param name="TimeToLiveSeconds">How long it waits for its receiver; default a day, at most thirty.</param>
public sealed record MessageRequest(string Name, string? Correlation = null, JsonElement? Variables = null, int? TimeToLiveSeconds = null);

/// <summary>Messages of other systems: delivered to one waiting instance, or kept until one waits.</summary>
internal static class MessageEndpoints
{
    private const string Chain = "messages";
    private const int LongestSeconds = 30 * 86_400;

    public static void MapMessages(this RouteGroupBuilder api) =>
        api.MapPost("/messages", PublishAsync).RequireRole(Role.Platform, Role.ProcessAdmin).WithName("PublishMessage")
            .WithDescription("Accepted is not delivered: the message waits for its receiver if none is there yet.");

    private static async Task<IResult> PublishAsync(MessageRequest body, Database database, EarlyMessages messages, AuditChain audit, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(body.Name))
            return Refusal.Invalid(new FieldProblem("name", "field.required")).ToProblem(texts);
        if (body.TimeToLiveSeconds is < 0 or > LongestSeconds)
            return Refusal.Invalid(new FieldProblem("timeToLiveSeconds", "field.time-to-live", LongestSeconds)).ToProblem(texts);
        var variables = body.Variables is { ValueKind: JsonValueKind.Object } given ? Variables.FromJson(given.GetRawText()) : Variables.None;
        await database.WriteAsync(
            async (tx, token) =>
            {
                await messages.PublishAsync(
                    tx, Guid.Empty, SubscriptionKind.Message, body.Name, body.Correlation, variables, token, body.TimeToLiveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("message-published", body.Name, new { body.TimeToLiveSeconds }));
            },
            cancellationToken);
        return TypedResults.Accepted((string?)null);
    }
}
