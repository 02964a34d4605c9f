using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>A rule to be published. <paramref name="From"/> is the first day it holds, in the company's zone.</summary>
public sealed record NewDatedRule(string Name, DateOnly From, JsonElement Value, string Source);

/// <summary>A rule as it stands.</summary>
public sealed record DatedRuleView(Guid Id, string Kind, string Name, DateOnly From, JsonElement Value, string Source, string ProposedBy, DateTimeOffset ProposedAt, string? PublishedBy, DateTimeOffset? PublishedAt)
{
    public static DatedRuleView Of(DatedRule row) =>
        new(row.Id, row.Kind, row.Name, row.From, JsonSerializer.Deserialize<JsonElement>(row.Value), row.Source, row.ProposedBy, row.ProposedAt, row.PublishedBy, row.PublishedAt);
}

/// <summary>
/// Rules of the house as dated data: one person enters, another publishes, nobody changes what is published. Changes are on the chain <c>dated-rules</c>.
/// </summary>
internal sealed class DatedRules(Database database, IEnumerable<IDatedRuleKind> kinds, AuditChain audit, BusinessClock clock, OrchestratorOptions options)
{
    public const string Chain = "dated-rules";
    private readonly Dictionary<string, IDatedRuleKind> kinds = kinds.ToDictionary(kind => kind.Name);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public IReadOnlyCollection<IDatedRuleKind> Kinds => kinds.Values;

    /// <summary>What would be refused of a rule if it were entered now; empty: nothing.</summary>
    public IReadOnlyList<FieldProblem> Problems(string kind, NewDatedRule command) => Check(kinds[kind], command);

    /// <summary>Newest day first, drafts included.</summary>
    public async Task<Outcome<IReadOnlyList<DatedRuleView>>> ListAsync(string kind, CancellationToken cancellationToken)
    {
        if (!kinds.ContainsKey(kind))
            return Refusal.NotFound(kind);
        var rows = await database.ReadAsync(
            (db, token) => db.DatedRules.Where(row => row.Kind == kind).OrderBy(row => row.Name).ThenByDescending(row => row.From).ThenByDescending(row => row.PublishedAt).ToListAsync(token), cancellationToken);
        return rows.ConvertAll(DatedRuleView.Of);
    }

    public Task<Outcome<DatedRuleView>> ProposeAsync(string kindName, NewDatedRule command, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<DatedRuleView>>(
            async (tx, token) =>
            {
                if (!kinds.TryGetValue(kindName, out var kind))
                    return Refusal.NotFound(kindName);
                if (!actor.IsAny(kind.Proposers))
                    return Missing(kind.Proposers);
                if (Check(kind, command) is { Count: > 0 } problems)
                    return Refusal.Invalid([.. problems]);
                var now = clock.GetUtcNow();
                var row = new DatedRule { Id = Guid.CreateVersion7(now), Kind = kind.Name, Name = command.Name, From = command.From, Value = command.Value.GetRawText(), Source = command.Source, ProposedBy = actor.UserName, ProposedAt = now };
                tx.Db.Add(row);
                await audit.AppendAsync(tx, Chain, actor, token, Entry("dated-rule-proposed", row));
                return DatedRuleView.Of(row);
            },
            cancellationToken);

    public Task<Outcome<DatedRuleView>> PublishAsync(string kind, Guid id, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(kind, id, "dated-rule-published", actor, kind => kind.Publishers, (_, kind, row) =>
        {
            if (row.ProposedBy == actor.UserName)
                return new Refusal("other-person-needed", StatusCodes.Status403Forbidden, row.ProposedBy);
            if (kind.BeginsLater && row.From <= Today())
                return Refusal.Invalid(new FieldProblem("from", "field.later-day", Today()));
            (row.PublishedBy, row.PublishedAt) = (actor.UserName, clock.GetUtcNow());
            return null;
        }, cancellationToken);

    /// <summary>Drops one that is not published.</summary>
    public Task<Outcome<DatedRuleView>> WithdrawAsync(string kind, Guid id, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(kind, id, "dated-rule-withdrawn", actor, kind => kind.Proposers, (tx, _, row) =>
        {
            tx.Db.Remove(row);
            return null;
        }, cancellationToken);

    private Task<Outcome<DatedRuleView>> ChangeAsync(
        string kindName, Guid id, string happened, Actor actor, Func<IDatedRuleKind, IReadOnlyList<string>> roles, Func<WriteTransaction, IDatedRuleKind, DatedRule, Refusal?> change, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<DatedRuleView>>(
            async (tx, token) =>
            {
                if (!kinds.TryGetValue(kindName, out var kind) || await tx.Locked<DatedRule>("SELECT * FROM dated_rules WHERE id = {0} AND kind = {1}", id, kindName).SingleOrDefaultAsync(token) is not { } row)
                    return Refusal.NotFound(id.ToString());
                if (!actor.IsAny(roles(kind)))
                    return Missing(roles(kind));
                if (row.PublishedBy is not null)
                    return Refusal.Conflict("limit-published", row.Name);
                if (change(tx, kind, row) is { } refusal)
                    return refusal;
                if (row.PublishedBy is not null)
                    await kind.TakeEffectAsync(tx, token);
                await audit.AppendAsync(tx, Chain, actor, token, Entry(happened, row));
                return DatedRuleView.Of(row);
            },
            cancellationToken);

    private List<FieldProblem> Check(IDatedRuleKind kind, NewDatedRule command)
    {
        var problems = new List<FieldProblem>();
        if (command.Name is not { Length: > 0 and <= 60 })
            problems.Add(new FieldProblem("name", "field.required"));
        if (string.IsNullOrWhiteSpace(command.Source))
            problems.Add(new FieldProblem("source", "field.required"));
        if (kind.BeginsLater && command.From <= Today())
            problems.Add(new FieldProblem("from", "field.later-day", Today()));
        if (problems.Count == 0)
            problems.AddRange(kind.Check(command.Name!, command.Value));
        return problems;
    }

    private DateOnly Today() => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);

    private static Refusal Missing(IReadOnlyList<string> roles) => new("role-needed", StatusCodes.Status403Forbidden, string.Join(", ", roles));

    /// <summary>Long values (lists of networks) are on the chain by their hash.</summary>
    private static AuditEntry Entry(string happened, DatedRule row) =>
        new(happened, row.Name, new { row.Id, row.Kind, row.From, value = row.Value.Length <= 1_000 ? row.Value : null, hash = CanonicalJson.Hash(row.Value), row.Source });
}
