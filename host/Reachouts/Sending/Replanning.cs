using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Which ended messages to plan again.</summary>
/// <param name="Reasons">The reasons for which they ended.</param>
/// <param name="Reason">Why they are sent again.</param>
/// <param name="LatestMinutes">How long they get from now; null: as long as the phase gives.</param>
public sealed record ReplanRequest(IReadOnlyList<SkipReason> Reasons, string Reason, int? LatestMinutes = null);

public sealed record Replanned(long Messages);

/// <summary>
/// Plans messages again that certainly did not reach their customer. Nothing of the checks is spared: each message passes all of them anew. What is
/// unknown, was refused by the person or the address, or was ended on purpose is never planned again.
/// </summary>
internal sealed class Replanning(Database database, Ledger ledger, SendBatches batches, WorkSchedule schedule, AuditChain audit, BusinessClock clock)
{
    public static readonly IReadOnlySet<SkipReason> Allowed = new HashSet<SkipReason>
    {
        SkipReason.NoConsentedChannel, SkipReason.ProviderPolicy, SkipReason.NotRegistered, SkipReason.NoAccount, SkipReason.NoText, SkipReason.FrequencyCap, SkipReason.TooLate,
        SkipReason.Throttled, SkipReason.Budget, SkipReason.NotDelivered, SkipReason.Configuration, SkipReason.Unusable, SkipReason.Excluded, SkipReason.ExclusionUndecided,
    };

    /// <summary>Its owner, business heads and the platform.</summary>
    public static bool MayReplan(Campaign campaign, Actor actor) => (campaign.Owner == actor.UserName && actor.IsAny(Role.Owner)) || actor.IsAny(Role.BusinessHead, Role.Platform);

    public async Task<Outcome<Replanned>> ReplanAsync(Guid campaignId, Guid reachoutId, ReplanRequest request, Actor actor, CancellationToken cancellationToken)
    {
        if (Check(request) is { Length: > 0 } problems)
            return Refusal.Invalid(problems);
        var found = await database.ReadAsync(
            async (db, token) => (
                Campaign: await db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token),
                Occurrences: await db.Occurrences.Where(row => row.ReachoutId == reachoutId && row.CampaignId == campaignId).OrderBy(row => row.Id).ToListAsync(token)),
            cancellationToken);
        if (found.Campaign is not { } campaign || found.Occurrences.Count == 0)
            return Refusal.NotFound(reachoutId.ToString());
        if (campaign.Status != CampaignStatus.Running || campaign.ApprovedHash != campaign.PackageHash)
            return Refusal.Conflict("campaign-status", campaign.Code, campaign.Status.ToString());
        var total = 0L;
        foreach (var occurrence in found.Occurrences.Where(row => row.State is ReachoutState.Running or ReachoutState.Completed && row.Kept is null))
            total += await ReplanAsync(occurrence, request, actor, cancellationToken);
        return new Replanned(total);
    }

    private static FieldProblem[] Check(ReplanRequest request)
    {
        var problems = new List<FieldProblem>();
        if (string.IsNullOrWhiteSpace(request.Reason))
            problems.Add(new FieldProblem("reason", "field.required"));
        if (request.Reasons is not { Count: > 0 })
            problems.Add(new FieldProblem("reasons", "field.required"));
        foreach (var reason in (request.Reasons ?? []).Where(reason => !Allowed.Contains(reason)))
            problems.Add(new FieldProblem("reasons", "field.not-replanned", System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(reason.ToString())));
        if (request.LatestMinutes is < 1)
            problems.Add(new FieldProblem("latestMinutes", "field.too-small", 1));
        return [.. problems];
    }

    private async Task<long> ReplanAsync(Occurrence read, ReplanRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var latest = clock.GetUtcNow() + (request.LatestMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : read.LatestAt - read.Due);
        var all = await database.ReadAsync((db, token) => db.SendBatches.Where(row => row.OccurrenceId == read.Id).OrderBy(row => row.No).ToListAsync(token), cancellationToken);
        var total = 0L;
        foreach (var batch in all)
            total += await database.WriteAsync((tx, token) => ReplanAsync(tx, read.Id, batch, request, latest, token), cancellationToken);
        if (total == 0)
            return 0;
        await database.WriteAsync(
            async (tx, token) =>
            {
                await schedule.EnqueueAsync(tx, new NewWork(ExpireOccurrence.WorkKind, ReachoutPlans.WorkKey(read.Id), latest, new OccurrenceWork(read.Id), read.CampaignId), token);
                await audit.AppendAsync(
                    tx, AuditChain.ForCampaign(read.CampaignId), actor, token, new AuditEntry("messages-replanned", ReachoutPlans.WorkKey(read.Id), new { messages = total, request.Reasons, latest }, request.Reason));
            },
            cancellationToken);
        return total;
    }

    private async Task<long> ReplanAsync(WriteTransaction tx, long occurrenceId, SendBatch batch, ReplanRequest request, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", occurrenceId).SingleAsync(cancellationToken);
        var rows = await ledger.EndedAsync(tx, occurrenceId, batch.FirstCustomer, batch.LastCustomer, request.Reasons, cancellationToken);
        if (rows.Count == 0 || occurrence.Kept is not null)
            return 0;
        await ledger.AdvanceAsync(tx, occurrenceId, [.. rows.Select(row => (row, MessageState.Planned, SkipReason.None))], cancellationToken);
        if (occurrence.LatestAt < latest)
            occurrence.LatestAt = latest;
        await Ledger.PutOffAsync(tx, batch, latest, cancellationToken);
        await tx.Db.SaveChangesAsync(cancellationToken);
        await batches.ReopenAsync(tx, occurrence, batch, cancellationToken);
        return rows.Count;
    }
}
