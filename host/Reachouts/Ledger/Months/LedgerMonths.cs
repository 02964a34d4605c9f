using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>That a month is to be dropped, or was.</summary>
public sealed record MonthDropView(DropState State, string RequestedBy, DateTimeOffset RequestedAt, string Reason, string? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? DroppedAt, long Messages, long KeptApart)
{
    public static MonthDropView Of(MonthDrop row) => new(row.State, row.RequestedBy, row.RequestedAt, row.Reason, row.ApprovedBy, row.ApprovedAt, row.DroppedAt, row.Messages, row.KeptApart);
}

/// <summary>A month of the ledger.</summary>
/// <param name="Messages">By the counters, which stay: those that were dropped included.</param>
/// <param name="Bytes">What its tables take; null: the database doesn't say (SQLite).</param>
/// <param name="Oldest">When its first reach-out was due.</param>
/// <param name="Newest">The latest moment at which a message of it could leave.</param>
/// <param name="Obstacles">What stands against dropping it; empty once it was dropped.</param>
public sealed record MonthView(string Month, int Occurrences, long Messages, long? Bytes, DateTimeOffset Oldest, DateTimeOffset Newest, bool CanBeDropped, IReadOnlyList<MonthObstacle> Obstacles, MonthDropView? Drop);

/// <summary>A campaign's part in a month.</summary>
public sealed record MonthCampaign(Guid Id, string Code, string Name, string Status, int Occurrences, long Messages);

/// <summary>What dropping a month would do: nothing is changed by asking.</summary>
/// <param name="Rows">Rows that would go, by table.</param>
/// <param name="UnderLegalHold">Messages that would be kept apart.</param>
public sealed record MonthPlan(MonthView Month, LedgerTerm? Term, IReadOnlyList<MonthCampaign> Campaigns, IReadOnlyDictionary<string, long> Rows, long UnderLegalHold);

/// <summary>The months of the ledger for people: what is in them, and dropping one, asked for by one person and agreed by another. Thread-safe.</summary>
public sealed class LedgerMonths
{
    public const string Chain = "ledger-months";
    public static readonly string[] Readers = [Role.Platform, Role.Compliance, Role.ConsumerProtection, Role.Risk, Role.Auditor, Role.Admin];

    /// <summary>Who may ask for a month to be dropped, and take the wish back.</summary>
    public static readonly string[] Requesters = [Role.Platform, Role.Admin];

    /// <summary>Who may agree, if they did not ask.</summary>
    public static readonly string[] Approvers = [Role.Compliance];
    private readonly Database database;
    private readonly MonthObstacles obstacles;
    private readonly LedgerPartitions partitions;
    private readonly WorkSchedule schedule;
    private readonly AuditChain audit;
    private readonly BusinessClock clock;

    internal LedgerMonths(Database database, MonthObstacles obstacles, LedgerPartitions partitions, WorkSchedule schedule, AuditChain audit, BusinessClock clock) =>
        (this.database, this.obstacles, this.partitions, this.schedule, this.audit, this.clock) = (database, obstacles, partitions, schedule, audit, clock);

    /// <summary>The term in force; null: none, and nothing may be dropped.</summary>
    public Task<LedgerTerm?> TermAsync(CancellationToken cancellationToken) => database.ReadAsync(obstacles.TermAsync, cancellationToken);

    /// <summary>Every month, newest first.</summary>
    public Task<IReadOnlyList<MonthView>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MonthView>>(
            async (db, token) =>
            {
                var term = await obstacles.TermAsync(db, token);
                var drops = await db.MonthDrops.AsNoTracking().ToDictionaryAsync(row => row.Month, token);
                var sizes = await partitions.SizesAsync(db, token);
                var views = new List<MonthView>();
                foreach (var figures in await MonthObstacles.ReadAsync(db, null, token))
                    views.Add(await ViewAsync(db, figures, term, drops.GetValueOrDefault(figures.Month.Number), sizes, token));
                return views;
            },
            cancellationToken);

    /// <summary>What dropping it would do.</summary>
    public Task<Outcome<MonthPlan>> PlanAsync(string text, CancellationToken cancellationToken) =>
        database.ReadAsync<Outcome<MonthPlan>>(
            async (db, token) =>
            {
                if (!LedgerMonth.TryParse(text, out var month))
                    return NoMonth(text);
                if ((await MonthObstacles.ReadAsync(db, month, token)).SingleOrDefault() is not { } figures)
                    return Refusal.NotFound(month.ToString());
                var term = await obstacles.TermAsync(db, token);
                var view = await ViewAsync(db, figures, term, await db.MonthDrops.AsNoTracking().SingleOrDefaultAsync(row => row.Month == month.Number, token), await partitions.SizesAsync(db, token), token);
                return new MonthPlan(view, term, await CampaignsAsync(db, figures, token), await partitions.CountAsync(db, month, token), await UnderHoldAsync(db, month, token));
            },
            cancellationToken);

    /// <summary>Asks for it: a second person agrees, then it goes.</summary>
    public Task<Outcome<MonthDropView>> RequestAsync(string text, string reason, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            text, Requesters, actor,
            async (tx, month, known, token) =>
            {
                if (string.IsNullOrWhiteSpace(reason) || reason.Length > 1_000)
                    return Refusal.Invalid(new FieldProblem("reason", "field.required"));
                if (known is not null)
                    return Refusal.Conflict("month-drop-state", month.ToString(), known.State.ToString());
                if (await RefuseAsync(tx.Db, month, token) is { } refusal)
                    return refusal;
                var row = new MonthDrop { Month = month.Number, State = DropState.Requested, RequestedBy = actor.UserName, RequestedAt = clock.GetUtcNow(), Reason = reason.Trim() };
                tx.Db.Add(row);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("ledger-month-drop-requested", month.ToString(), null, row.Reason));
                return MonthDropView.Of(row);
            },
            cancellationToken);

    /// <summary>Agrees: it goes at once, and nothing brings it back.</summary>
    public Task<Outcome<MonthDropView>> ApproveAsync(string text, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            text, Approvers, actor,
            async (tx, month, known, token) =>
            {
                if (known is not { State: DropState.Requested })
                    return Refusal.Conflict("month-drop-state", month.ToString(), known?.State.ToString() ?? "–");
                if (known.RequestedBy == actor.UserName)
                    return new Refusal("other-person-needed", StatusCodes.Status403Forbidden, known.RequestedBy);
                if (await RefuseAsync(tx.Db, month, token) is { } refusal)
                    return refusal;
                await AgreeAsync(tx, known, month, actor.UserName, token);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("ledger-month-drop-approved", month.ToString(), new { known.RequestedBy }));
                return MonthDropView.Of(known);
            },
            cancellationToken);

    /// <summary>Takes the wish back, or declines it.</summary>
    public Task<Outcome<MonthDropView>> WithdrawAsync(string text, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            text, [.. Requesters, .. Approvers], actor,
            async (tx, month, known, token) =>
            {
                if (known is not { State: DropState.Requested })
                    return Refusal.Conflict("month-drop-state", month.ToString(), known?.State.ToString() ?? "–");
                tx.Db.Remove(known);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("ledger-month-drop-withdrawn", month.ToString(), new { known.RequestedBy }));
                return MonthDropView.Of(known);
            },
            cancellationToken);

    /// <summary>Where the rule says so: months whose time is over go without being asked for.</summary>
    internal async Task DropByRuleAsync(CancellationToken cancellationToken)
    {
        if (await TermAsync(cancellationToken) is not { Automatic: true })
            return;
        foreach (var view in (await ListAsync(cancellationToken)).Where(view => view.CanBeDropped && view.Drop is null or { State: DropState.Requested }))
        {
            await database.WriteAsync(
                async (tx, token) =>
                {
                    _ = LedgerMonth.TryParse(view.Month, out var month);
                    if (await RefuseAsync(tx.Db, month, token) is not null)
                        return;
                    var row = await tx.Locked<MonthDrop>("SELECT * FROM ledger_month_drops WHERE month = {0}", month.Number).SingleOrDefaultAsync(token);
                    if (row is { State: not DropState.Requested })
                        return;
                    if (row is null)
                        tx.Db.Add(row = new MonthDrop { Month = month.Number, RequestedBy = Actor.System.UserName, RequestedAt = clock.GetUtcNow(), Reason = LedgerRetentionKind.KindName });
                    await AgreeAsync(tx, row, month, Actor.System.UserName, token);
                    await audit.AppendAsync(tx, Chain, Actor.System, token, new AuditEntry("ledger-month-drop-approved", month.ToString(), new { rule = LedgerRetentionKind.KindName }));
                },
                cancellationToken);
        }
    }

    private async Task AgreeAsync(WriteTransaction tx, MonthDrop row, LedgerMonth month, string by, CancellationToken cancellationToken)
    {
        (row.State, row.ApprovedBy, row.ApprovedAt) = (DropState.Approved, by, clock.GetUtcNow());
        await schedule.EnqueueAsync(tx, new NewWork(DropMonth.WorkKind, month.ToString(), clock.GetUtcNow(), new DropWork(month.Number)), cancellationToken);
    }

    private Task<Outcome<MonthDropView>> ChangeAsync(
        string text, string[] roles, Actor actor, Func<WriteTransaction, LedgerMonth, MonthDrop?, CancellationToken, Task<Outcome<MonthDropView>>> change, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<MonthDropView>>(
            async (tx, token) =>
            {
                if (!actor.IsAny(roles))
                    return new Refusal("role-needed", StatusCodes.Status403Forbidden, string.Join(", ", roles));
                if (!LedgerMonth.TryParse(text, out var month))
                    return NoMonth(text);
                if (!await tx.Db.Occurrences.AnyAsync(row => row.Id > month.FirstId && row.Id < month.EndId, token))
                    return Refusal.NotFound(month.ToString());
                return await change(tx, month, await tx.Locked<MonthDrop>("SELECT * FROM ledger_month_drops WHERE month = {0}", month.Number).SingleOrDefaultAsync(token), token);
            },
            cancellationToken);

    private async Task<Refusal?> RefuseAsync(OrchestratorDb db, LedgerMonth month, CancellationToken cancellationToken)
    {
        var figures = (await MonthObstacles.ReadAsync(db, month, cancellationToken)).Single();
        var found = await obstacles.OfAsync(db, figures, await obstacles.TermAsync(db, cancellationToken), cancellationToken);
        return found.Count == 0 ? null : Refusal.Conflict("month-kept", month.ToString(), string.Join(", ", found.Select(row => row.Kind))) with { Current = found };
    }

    private async Task<MonthView> ViewAsync(OrchestratorDb db, MonthFigures figures, LedgerTerm? term, MonthDrop? drop, IReadOnlyDictionary<int, long>? sizes, CancellationToken cancellationToken)
    {
        var isGone = drop is { State: DropState.Going or DropState.Dropped };
        var found = isGone ? [] : await obstacles.OfAsync(db, figures, term, cancellationToken);
        return new MonthView(
            figures.Month.ToString(), figures.Occurrences.Count, figures.Messages, sizes?.GetValueOrDefault(figures.Month.Number), figures.Occurrences.Min(row => row.Due), figures.Occurrences.Max(row => row.LatestAt),
            !isGone && found.Count == 0, found, drop is null ? null : MonthDropView.Of(drop));
    }

    private static async Task<IReadOnlyList<MonthCampaign>> CampaignsAsync(OrchestratorDb db, MonthFigures figures, CancellationToken cancellationToken)
    {
        var ids = figures.Occurrences.Select(row => row.CampaignId).Distinct().ToList();
        var campaigns = await db.Campaigns.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.Code, row.Name, row.Status }).OrderBy(row => row.Code).ToListAsync(cancellationToken);
        var (from, to) = (figures.Month.FirstId, figures.Month.EndId);
        var counts = await db.MessageCounts.Where(row => row.OccurrenceId > from && row.OccurrenceId < to).GroupBy(row => row.OccurrenceId).Select(group => new { group.Key, Count = group.Sum(row => row.Count) }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        return [.. campaigns.Select(campaign =>
        {
            var own = figures.Occurrences.Where(row => row.CampaignId == campaign.Id).ToList();
            return new MonthCampaign(campaign.Id, campaign.Code, campaign.Name, campaign.Status, own.Count, own.Sum(row => counts.GetValueOrDefault(row.Id)));
        })];
    }

    private static Task<long> UnderHoldAsync(OrchestratorDb db, LedgerMonth month, CancellationToken cancellationToken) =>
        (from occurrence in db.Occurrences
         where occurrence.Id > month.FirstId && occurrence.Id < month.EndId
         join message in db.Messages on occurrence.Id equals message.OccurrenceId
         where db.LegalHolds.Any(hold => hold.LiftedAt == null && (hold.CustomerNo == null || hold.CustomerNo == message.CustomerNo) && (hold.CampaignId == null || hold.CampaignId == occurrence.CampaignId))
         select message).LongCountAsync(cancellationToken);

    private static Refusal NoMonth(string text) => Refusal.Invalid(new FieldProblem("month", "field.month", text));
}
