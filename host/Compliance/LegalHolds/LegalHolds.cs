using Dapper;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>A legal hold to place: on a customer (the company's own id), a campaign (id or code), or the one in the other.</summary>
public sealed record NewLegalHold(string? Customer, string? Campaign, string Reason, string Reference);

/// <summary>A legal hold as it stands.</summary>
public sealed record LegalHoldView(
    Guid Id, string? Customer, Guid? CampaignId, string? Campaign, string Reason, string Reference, string PlacedBy, DateTimeOffset PlacedAt, string? LiftedBy, DateTimeOffset? LiftedAt, string? LiftReason);

/// <summary>Payload of the work after a lift: what was kept apart for nothing but this hold goes.</summary>
internal sealed record ReleaseWork(Guid HoldId);

/// <summary>Legal holds. Placed by one person, lifted by another; both on the chain <c>legal-holds</c>. Thread-safe.</summary>
public sealed class LegalHolds
{
    public const string Chain = "legal-holds";

    /// <summary>Kind of the work after a lift.</summary>
    internal const string ReleaseKind = "release-held";
    private const int ReasonLength = 1_000;
    private const int ReferenceLength = 120;
    private const long AdvisoryLock = 0x0C4E8;

    /// <summary>Who may place one.</summary>
    public static readonly string[] Placers = [Role.Compliance, Role.ConsumerProtection];

    /// <summary>Who may lift one that somebody else placed.</summary>
    public static readonly string[] Lifters = [Role.Compliance];
    public static readonly string[] Readers = [Role.Compliance, Role.ConsumerProtection, Role.Risk, Role.Platform, Role.Auditor, Role.Admin];
    private readonly Database database;
    private readonly AuditChain audit;
    private readonly WorkSchedule schedule;
    private readonly BusinessClock clock;

    internal LegalHolds(Database database, AuditChain audit, WorkSchedule schedule, BusinessClock clock) =>
        (this.database, this.audit, this.schedule, this.clock) = (database, audit, schedule, clock);

    /// <summary>
    /// Keeps placing, lifting and what depends on the holds apart until the commit: a hold comes before a month goes, or after. Taken before other locks.
    /// </summary>
    internal static Task LockAsync(WriteTransaction tx, CancellationToken cancellationToken) =>
        tx.Dialect == DatabaseDialect.PostgreSql
            ? tx.Connection.ExecuteAsync(new CommandDefinition($"SELECT pg_advisory_xact_lock({AdvisoryLock})", transaction: tx.Transaction, cancellationToken: cancellationToken))
            : Task.CompletedTask;

    /// <summary>Those that stand, then those that were lifted; newest first.</summary>
    public Task<List<LegalHoldView>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => Views(db, db.LegalHolds).ToListAsync(token), cancellationToken);

    /// <returns>Null: there is none such.</returns>
    public Task<(LegalHold Hold, LegalHoldView View)?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => await db.LegalHolds.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, token) is { } hold
                ? (hold, await Views(db, db.LegalHolds.Where(row => row.Id == id)).SingleAsync(token)) : ((LegalHold, LegalHoldView)?)null,
            cancellationToken);

    /// <summary>Those that stand for a customer, by themselves or by a campaign in whose audience the customer is.</summary>
    public static Task<List<LegalHold>> OfCustomerAsync(OrchestratorDb db, long customerNo, CancellationToken cancellationToken) =>
        db.LegalHolds.AsNoTracking()
            .Where(row => row.LiftedAt == null && (row.CustomerNo == customerNo || (row.CustomerNo == null && db.AudienceMembers.Any(member => member.CampaignId == row.CampaignId && member.CustomerNo == customerNo))))
            .OrderBy(row => row.PlacedAt).ThenBy(row => row.Reference).ToListAsync(cancellationToken);

    public Task<Outcome<LegalHoldView>> PlaceAsync(NewLegalHold command, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<LegalHoldView>>(
            async (tx, token) =>
            {
                if (!actor.IsAny(Placers))
                    return new Refusal("role-needed", StatusCodes.Status403Forbidden, string.Join(", ", Placers));
                await LockAsync(tx, token);
                var problems = Check(command);
                var customer = await CustomerAsync(tx.Db, command.Customer, problems, token);
                var campaign = await CampaignAsync(tx.Db, command.Campaign, problems, token);
                if (problems.Count > 0)
                    return Refusal.Invalid([.. problems]);
                var now = clock.GetUtcNow();
                var row = new LegalHold { Id = Guid.CreateVersion7(now), CustomerNo = customer, CampaignId = campaign, Reason = command.Reason.Trim(), Reference = command.Reference.Trim(), PlacedBy = actor.UserName, PlacedAt = now };
                tx.Db.Add(row);
                await audit.AppendAsync(tx, Chain, actor, token, Entry("legal-hold-placed", row, row.Reason));
                await tx.Db.SaveChangesAsync(token);
                return await Views(tx.Db, tx.Db.LegalHolds.Where(hold => hold.Id == row.Id)).SingleAsync(token);
            },
            cancellationToken);

    /// <summary>Ends a hold; what was kept apart only for it goes soon after. The person who placed it may not.</summary>
    public Task<Outcome<Done>> LiftAsync(Guid id, string reason, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (!actor.IsAny(Lifters))
                    return new Refusal("role-needed", StatusCodes.Status403Forbidden, string.Join(", ", Lifters));
                if (string.IsNullOrWhiteSpace(reason) || reason.Length > ReasonLength)
                    return Refusal.Invalid(new FieldProblem("reason", "field.required"));
                await LockAsync(tx, token);
                if (await tx.Locked<LegalHold>("SELECT * FROM legal_holds WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } row)
                    return Refusal.NotFound(id.ToString());
                if (row.LiftedBy is not null)
                    return Refusal.Conflict("legal-hold-lifted", row.Reference, row.LiftedBy);
                if (row.PlacedBy == actor.UserName)
                    return new Refusal("other-person-needed", StatusCodes.Status403Forbidden, row.PlacedBy);
                (row.LiftedBy, row.LiftedAt, row.LiftReason) = (actor.UserName, clock.GetUtcNow(), reason.Trim());
                await audit.AppendAsync(tx, Chain, actor, token, Entry("legal-hold-lifted", row, row.LiftReason));
                await schedule.EnqueueAsync(tx, new NewWork(ReleaseKind, row.Id.ToString("N"), clock.GetUtcNow(), new ReleaseWork(row.Id)), token);
                return Done.Value;
            },
            cancellationToken);

    private static List<FieldProblem> Check(NewLegalHold command)
    {
        var problems = new List<FieldProblem>();
        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > ReasonLength)
            problems.Add(new FieldProblem("reason", "field.required"));
        if (string.IsNullOrWhiteSpace(command.Reference) || command.Reference.Length > ReferenceLength)
            problems.Add(new FieldProblem("reference", "field.required"));
        if (string.IsNullOrWhiteSpace(command.Customer) && string.IsNullOrWhiteSpace(command.Campaign))
            problems.Add(new FieldProblem("customer", "field.hold-of-what"));
        return problems;
    }

    private static async Task<long?> CustomerAsync(OrchestratorDb db, string? text, List<FieldProblem> problems, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var external = text.Trim();
        var no = await db.Customers.Where(row => row.ExternalId == external).Select(row => (long?)row.CustomerNo).SingleOrDefaultAsync(cancellationToken);
        if (no is null)
            problems.Add(new FieldProblem("customer", "field.hold-customer", external));
        return no;
    }

    private static async Task<Guid?> CampaignAsync(OrchestratorDb db, string? text, List<FieldProblem> problems, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var code = text.Trim();
        var known = Guid.TryParse(code, out var id) ? id : (Guid?)null;
        var found = await db.Campaigns.Where(row => row.Code == code || row.Id == known).Select(row => (Guid?)row.Id).FirstOrDefaultAsync(cancellationToken);
        if (found is null)
            problems.Add(new FieldProblem("campaign", "field.hold-campaign", code));
        return found;
    }

    private static IQueryable<LegalHoldView> Views(OrchestratorDb db, IQueryable<LegalHold> holds) =>
        from hold in holds.AsNoTracking()
        orderby hold.LiftedAt != null, hold.PlacedAt descending, hold.Id
        select new LegalHoldView(
            hold.Id, db.Customers.Where(row => row.CustomerNo == hold.CustomerNo).Select(row => row.ExternalId).FirstOrDefault(), hold.CampaignId,
            db.Campaigns.Where(row => row.Id == hold.CampaignId).Select(row => row.Code).FirstOrDefault(), hold.Reason, hold.Reference, hold.PlacedBy, hold.PlacedAt, hold.LiftedBy, hold.LiftedAt, hold.LiftReason);

    private static AuditEntry Entry(string happened, LegalHold row, string reason) =>
        new(happened, row.Reference, new { row.Id, customer = row.CustomerNo, campaign = row.CampaignId, row.PlacedBy }, reason);
}
