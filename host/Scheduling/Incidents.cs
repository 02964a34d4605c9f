using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Scheduling;

/// <summary>An incident to raise; <paramref name="Retry"/> is the work that a retry enqueues, with <paramref name="RetryPayload"/> as its JSON.</summary>
public sealed record NewIncident(string Kind, string Subject, Guid? CampaignId, string Message, NewWork? Retry = null, string? RetryPayload = null);

/// <summary>What failed for good and waits for a person: raised in the transaction that gave up, closed by a retry or a note.</summary>
public sealed class Incidents(Database database, WorkSchedule schedule, AuditChain audit, BusinessClock clock)
{
    public const string Chain = "incidents";
    private const int MessageLimit = 2000;

    public Task RaiseAsync(WriteTransaction tx, NewIncident incident, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        tx.Db.Add(new Incident
        {
            Id = Guid.CreateVersion7(now),
            Kind = incident.Kind,
            Subject = incident.Subject,
            CampaignId = incident.CampaignId,
            Message = incident.Message.Length > MessageLimit ? incident.Message[..MessageLimit] : incident.Message,
            RetryKind = incident.Retry?.Kind,
            RetryKey = incident.Retry?.Key,
            RetryPayload = incident.RetryPayload ?? (incident.Retry is null ? null : JsonSerializer.Serialize(incident.Retry.Payload ?? new object(), JsonDefaults.Options)),
            RaisedAt = now,
        });
        var chain = incident.CampaignId is { } id ? AuditChain.ForCampaign(id) : Chain;
        return audit.AppendAsync(tx, chain, Actor.System, cancellationToken, new AuditEntry("incident-raised", incident.Subject, new { incident.Kind }));
    }

    /// <summary>Newest first; open ones only unless <paramref name="closedToo"/>.</summary>
    public Task<List<Incident>> ListAsync(bool closedToo, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => db.Incidents.Where(row => closedToo || row.ClosedAt == null).OrderByDescending(row => row.RaisedAt).Take(limit).ToListAsync(token),
            cancellationToken);

    public Task<int> CountOpenAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Incidents.CountAsync(row => row.ClosedAt == null, token), cancellationToken);

    /// <summary>Enqueues the failed work again, now.</summary>
    public Task<Outcome<Done>> RetryAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        CloseAsync(id, actor, "retried", null, cancellationToken);

    /// <summary>Closes without a retry: somebody settled it otherwise and says how.</summary>
    public Task<Outcome<Done>> ResolveAsync(Guid id, string note, Actor actor, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(note)
            ? Task.FromResult<Outcome<Done>>(Refusal.Invalid(new FieldProblem("note", "field.required")))
            : CloseAsync(id, actor, "resolved", note, cancellationToken);

    private Task<Outcome<Done>> CloseAsync(Guid id, Actor actor, string outcome, string? note, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (await tx.Locked<Incident>("SELECT * FROM incidents WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } incident)
                    return Refusal.NotFound(id.ToString());
                if (incident.ClosedAt is not null)
                    return Refusal.Conflict("incident-closed", incident.ClosedBy ?? "");
                if (outcome == "retried" && incident.RetryKind is null)
                    return Refusal.Conflict("incident-no-retry");
                (incident.ClosedAt, incident.ClosedBy, incident.Outcome, incident.Note) = (clock.GetUtcNow(), actor.UserName, outcome, note);
                var chain = incident.CampaignId is { } campaign ? AuditChain.ForCampaign(campaign) : Chain;
                await audit.AppendAsync(tx, chain, actor, token, new AuditEntry($"incident-{outcome}", incident.Subject, new { incident.Kind, incident.Id }, note));
                if (outcome == "retried")
                    await schedule.EnqueueAsync(tx, new NewWork(incident.RetryKind!, incident.RetryKey!, clock.GetUtcNow(), JsonDocument.Parse(incident.RetryPayload!).RootElement, incident.CampaignId), token);
                return Done.Value;
            },
            cancellationToken);
}
