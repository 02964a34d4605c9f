using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Scheduling;

/// <summary>An incident to raise; <paramref name="Retry"/> is the work that a retry enqueues, with <paramref name="RetryPayload"/> as its JSON.</summary>
public sealed record NewIncident(string Kind, string Subject, Guid? CampaignId, string Message, NewWork? Retry = null, string? RetryPayload = null)
{
    /// <summary>Makes it a question: each answer enqueues <see cref="Retry"/> with <c>answer</c> and <c>answeredBy</c> in its payload.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

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
            Choices = incident.Choices.Count == 0 ? null : string.Join(' ', incident.Choices),
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

    /// <summary>The open questions of a campaign, oldest first.</summary>
    public Task<List<Incident>> QuestionsAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Incidents.Where(row => row.CampaignId == campaignId && row.Choices != null && row.ClosedAt == null).OrderBy(row => row.RaisedAt).ToListAsync(token), cancellationToken);

    /// <summary>Asks once: nothing is raised while the same question about the same work is open.</summary>
    public async Task AskAsync(WriteTransaction tx, NewIncident question, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        if (!await tx.Db.Incidents.AnyAsync(row => row.ClosedAt == null && row.Kind == question.Kind && row.RetryKey == question.Retry!.Key && row.Choices != null, cancellationToken))
            await RaiseAsync(tx, question, cancellationToken);
    }

    /// <summary>Withdraws open questions about work that no longer exists.</summary>
    public Task WithdrawAsync(WriteTransaction tx, string retryKind, string retryKey, CancellationToken cancellationToken) =>
        tx.Db.Incidents.Where(row => row.ClosedAt == null && row.Choices != null && row.RetryKind == retryKind && row.RetryKey == retryKey)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, clock.GetUtcNow()).SetProperty(row => row.Outcome, "superseded").SetProperty(row => row.ClosedBy, Actor.System.UserName), cancellationToken);

    /// <summary>Answers a question with one of its choices.</summary>
    /// <param name="campaignId">The campaign it must belong to; null: any.</param>
    public Task<Outcome<Done>> AnswerAsync(Guid id, Guid? campaignId, string answer, string reason, Actor actor, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(reason)
            ? Task.FromResult<Outcome<Done>>(Refusal.Invalid(new FieldProblem("reason", "field.required")))
            : CloseAsync(id, actor, answer, reason, cancellationToken, campaignId, isAnswer: true);

    /// <summary>Enqueues the failed work again, now.</summary>
    public Task<Outcome<Done>> RetryAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        CloseAsync(id, actor, "retried", null, cancellationToken);

    /// <summary>Closes without a retry: somebody settled it otherwise and says how.</summary>
    public Task<Outcome<Done>> ResolveAsync(Guid id, string note, Actor actor, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(note)
            ? Task.FromResult<Outcome<Done>>(Refusal.Invalid(new FieldProblem("note", "field.required")))
            : CloseAsync(id, actor, "resolved", note, cancellationToken);

    private Task<Outcome<Done>> CloseAsync(Guid id, Actor actor, string outcome, string? note, CancellationToken cancellationToken, Guid? campaignId = null, bool isAnswer = false) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (await tx.Locked<Incident>("SELECT * FROM incidents WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } incident || (campaignId is not null && incident.CampaignId != campaignId))
                    return Refusal.NotFound(id.ToString());
                if (incident.ClosedAt is not null)
                    return Refusal.Conflict("incident-closed", incident.ClosedBy ?? "");
                if (Refuse(incident, outcome, isAnswer) is { } refusal)
                    return refusal;
                (incident.ClosedAt, incident.ClosedBy, incident.Outcome, incident.Note) = (clock.GetUtcNow(), actor.UserName, outcome, note);
                var chain = incident.CampaignId is { } campaign ? AuditChain.ForCampaign(campaign) : Chain;
                await audit.AppendAsync(tx, chain, actor, token, new AuditEntry(isAnswer ? "question-answered" : $"incident-{outcome}", incident.Subject, new { incident.Kind, incident.Id, outcome }, note));
                if (outcome == "retried" || isAnswer)
                    await schedule.EnqueueAsync(tx, new NewWork(incident.RetryKind!, incident.RetryKey!, clock.GetUtcNow(), Payload(incident, isAnswer ? outcome : null, actor), incident.CampaignId), token);
                return Done.Value;
            },
            cancellationToken);

    private static Refusal? Refuse(Incident incident, string outcome, bool isAnswer)
    {
        if (incident.Choices is { } choices)
            return isAnswer && choices.Split(' ').Contains(outcome, StringComparer.Ordinal) ? null : Refusal.Conflict("question-choices", choices.Replace(" ", ", ", StringComparison.Ordinal));
        if (isAnswer)
            return Refusal.NotFound(incident.Id.ToString());
        return outcome == "retried" && incident.RetryKind is null ? Refusal.Conflict("incident-no-retry") : null;
    }

    private static JsonObject Payload(Incident incident, string? answer, Actor actor)
    {
        var payload = JsonNode.Parse(incident.RetryPayload!)!.AsObject();
        if (answer is not null)
            (payload["answer"], payload["answeredBy"]) = (answer, actor.UserName);
        return payload;
    }
}
