using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <summary>A limit to be published. <paramref name="From"/> is the first day it holds.</summary>
public sealed record NewLegalLimit(string Name, DateOnly From, decimal Value, string Source);

/// <summary>
/// Dated figures of the law that refusals read: annual rate, top prize, age. Whoever enters one cannot publish it; the newest published one whose day has
/// come holds. Changes are on the chain <c>legal-limits</c>.
/// </summary>
public sealed class LegalLimits(Database database, AuditChain audit, BusinessClock clock)
{
    public const string Chain = "legal-limits";

    /// <summary>Percent a year.</summary>
    public const string RateCap = "rate-cap";

    /// <summary>Yuan.</summary>
    public const string PrizeCap = "prize-cap";

    /// <summary>Years.</summary>
    public const string MinimumAge = "minimum-age";

    public static readonly IReadOnlyList<string> Names = [RateCap, PrizeCap, MinimumAge];

    /// <summary>Newest day first, drafts included.</summary>
    public Task<List<LegalLimit>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.LegalLimits.OrderBy(row => row.Name).ThenByDescending(row => row.From).ThenByDescending(row => row.PublishedAt).ToListAsync(token), cancellationToken);

    /// <summary>What holds on a day, by name.</summary>
    public static async Task<IReadOnlyDictionary<string, decimal>> OnAsync(OrchestratorDb db, DateOnly day, CancellationToken cancellationToken)
    {
        var rows = await db.LegalLimits.AsNoTracking().Where(row => row.PublishedBy != null && row.From <= day).ToListAsync(cancellationToken);
        return rows.GroupBy(row => row.Name).ToDictionary(group => group.Key, group => group.OrderByDescending(row => row.From).ThenByDescending(row => row.PublishedAt).First().Value);
    }

    public Task<Outcome<LegalLimit>> ProposeAsync(NewLegalLimit command, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<LegalLimit>>(
            async (tx, token) =>
            {
                var problems = new List<FieldProblem>();
                if (!Names.Contains(command.Name))
                    problems.Add(new FieldProblem("name", "field.choice-of", command.Name ?? "", string.Join(", ", Names)));
                if (command.Value <= 0)
                    problems.Add(new FieldProblem("value", "field.positive"));
                if (string.IsNullOrWhiteSpace(command.Source))
                    problems.Add(new FieldProblem("source", "field.required"));
                if (problems.Count > 0)
                    return Refusal.Invalid([.. problems]);
                var now = clock.GetUtcNow();
                var row = new LegalLimit { Id = Guid.CreateVersion7(now), Name = command.Name!, From = command.From, Value = command.Value, Source = command.Source, ProposedBy = actor.UserName, ProposedAt = now };
                tx.Db.Add(row);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("legal-limit-proposed", row.Name, new { row.Id, row.From, row.Value, row.Source }));
                return row;
            },
            cancellationToken);

    public Task<Outcome<LegalLimit>> PublishAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, "legal-limit-published", actor, (_, row) =>
        {
            if (row.ProposedBy == actor.UserName)
                return new Refusal("other-person-needed", StatusCodes.Status403Forbidden, row.ProposedBy);
            (row.PublishedBy, row.PublishedAt) = (actor.UserName, clock.GetUtcNow());
            return null;
        }, cancellationToken);

    /// <summary>Drops one that is not published.</summary>
    public Task<Outcome<LegalLimit>> WithdrawAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, "legal-limit-withdrawn", actor, (tx, row) =>
        {
            tx.Db.Remove(row);
            return null;
        }, cancellationToken);

    private Task<Outcome<LegalLimit>> ChangeAsync(Guid id, string happened, Actor actor, Func<WriteTransaction, LegalLimit, Refusal?> change, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<LegalLimit>>(
            async (tx, token) =>
            {
                if (await tx.Locked<LegalLimit>("SELECT * FROM legal_limits WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } row)
                    return Refusal.NotFound(id.ToString());
                if (row.PublishedBy is not null)
                    return Refusal.Conflict("limit-published", row.Name);
                if (change(tx, row) is { } refusal)
                    return refusal;
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry(happened, row.Name, new { row.Id, row.From, row.Value }));
                return row;
            },
            cancellationToken);
}

/// <summary>Brings the figures in the box (<c>legal-limits.json</c>), each once; what was entered here stays.</summary>
internal sealed class ShippedLimits(Database database, BusinessClock clock) : IStartupStep
{
    private sealed record Shipped(string Name, DateOnly From, decimal Value, string Source);

    public int Order => 100;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                using var stream = typeof(ShippedLimits).Assembly.GetManifestResourceStream("Campaigns/legal-limits.json")!;
                var known = (await tx.Db.LegalLimits.AsNoTracking().Select(row => new { row.Name, row.From }).ToListAsync(token)).ToHashSet();
                var now = clock.GetUtcNow();
                foreach (var limit in JsonSerializer.Deserialize<List<Shipped>>(stream, JsonDefaults.Options)!.Where(limit => !known.Contains(new { limit.Name, limit.From })))
                    tx.Db.Add(new LegalLimit { Id = Guid.CreateVersion7(now), Name = limit.Name, From = limit.From, Value = limit.Value, Source = limit.Source, ProposedBy = Actor.System.UserName, ProposedAt = now, PublishedBy = Actor.System.UserName, PublishedAt = now });
            },
            cancellationToken);
}
