using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Holds all customers against the approved audience rule for one occurrence of a recurring reach-out. More than the approved ceiling: nothing is sent,
/// a person is asked. Who is held out follows from the same hash as at a launch, so that a customer stays on one side.
/// </summary>
internal sealed class EvaluateOccurrence(
    Database database, Segments segments, SegmentScan scan, GlobalHoldouts holdouts, SendBatches batches, Incidents incidents, WorkSchedule schedule, AuditChain audit, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "evaluate-occurrence";
    public const string TryAgain = "try-again";
    private const int SqliteRows = 500;

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<OccurrenceWork>(item.Payload, JsonDefaults.Options)!;
        var found = await database.ReadAsync(
            async (db, token) => await db.Occurrences.SingleOrDefaultAsync(row => row.Id == work.OccurrenceId && row.State == ReachoutState.Scheduled, token) is { } row
                ? (row, await db.Reachouts.SingleAsync(reachout => reachout.Id == row.ReachoutId, token))
                : ((Occurrence, Reachout)?)null,
            cancellationToken);
        if (found is not { } pair)
        {
            await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
            return;
        }
        var spec = Experiments.SpecOf(pair.Item2);
        if (work.Answer != LateWork.Skip)
            await ScanAsync(pair.Item1, spec, cancellationToken);
        await database.WriteAsync((tx, token) => FinishAsync(tx, item, spec, work, token), cancellationToken);
    }

    private async Task ScanAsync(Occurrence occurrence, ReachoutSpec spec, CancellationToken cancellationToken)
    {
        var rule = (await segments.CompileAsync(spec.Brief.Audience.Rule, cancellationToken)).Value;
        await database.WriteAsync((tx, token) => tx.Db.Set<OccurrenceMember>().Where(row => row.OccurrenceId == occurrence.Id).ExecuteDeleteAsync(token), cancellationToken);
        var now = clock.GetUtcNow();
        var armOf = ArmOf(occurrence.CampaignId, spec.Brief, await database.ReadAsync((db, token) => holdouts.OfAsync(db, occurrence.CampaignId, token), cancellationToken), now);
        for (var (after, isLast) = (0L, false); !isLast;)
        {
            var from = after;
            var slice = await database.ReadAsync(
                async (db, token) =>
                {
                    await db.Database.OpenConnectionAsync(token);
                    return await scan.ReadAsync(db.Database.GetDbConnection(), null, rule, from, SegmentScan.SliceRows, now, token);
                },
                cancellationToken);
            foreach (var part in slice.Members.Chunk(database.Dialect == DatabaseDialect.Sqlite ? SqliteRows : SegmentScan.SliceRows))
                await database.WriteAsync((tx, token) => InsertAsync(tx, occurrence, part, armOf, token), cancellationToken);
            (after, isLast) = (slice.LastNo, slice.IsLast);
        }
    }

    private static async Task InsertAsync(WriteTransaction tx, Occurrence occurrence, ScanMember[] members, Func<ScanMember, Arm> armOf, CancellationToken cancellationToken)
    {
        await MemberRows.InsertAsync(tx, occurrence.CampaignId, members, armOf, cancellationToken);
        var numbers = members.Select(member => member.CustomerNo).ToArray();
        if (tx.Dialect == DatabaseDialect.PostgreSql)
        {
            await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO occurrence_members (occurrence_id, customer_no) SELECT {occurrence.Id}, n FROM unnest({numbers}) AS t(n) ON CONFLICT DO NOTHING", cancellationToken);
            return;
        }
        var rows = JsonSerializer.Serialize(numbers);
        await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO occurrence_members (occurrence_id, customer_no) SELECT {occurrence.Id}, value FROM json_each({rows}) WHERE true ON CONFLICT DO NOTHING", cancellationToken);
    }

    /// <summary>The side that somebody new takes for the whole campaign: the lowest percent of the ranks are its holdout.</summary>
    private static Func<ScanMember, Arm> ArmOf(Guid campaignId, Brief brief, GlobalHoldout heldOut, DateTimeOffset now)
    {
        var limit = (long)(long.MaxValue / 100m * brief.Audience.HoldoutPercent);
        return member => brief.HasMarketing && heldOut.IsArm(member.ExternalId, now) ? Arm.GlobalHoldout
            : HoldoutRank.Of(campaignId, member.ExternalId) < limit ? Arm.Holdout : Arm.Treated;
    }

    private async Task FinishAsync(WriteTransaction tx, WorkItem item, ReachoutSpec spec, OccurrenceWork work, CancellationToken cancellationToken)
    {
        await schedule.CompleteAsync(tx, item, cancellationToken);
        var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", work.OccurrenceId).SingleAsync(cancellationToken);
        if (work.Answer == LateWork.Skip)
        {
            occurrence.State = ReachoutState.Stopped;
            await batches.EndAsync(tx, occurrence, ReachoutState.Stopped, "reachout-skipped", Actor.System, work.AnsweredBy, cancellationToken);
            return;
        }
        var matched = await tx.Db.Set<OccurrenceMember>().LongCountAsync(row => row.OccurrenceId == occurrence.Id, cancellationToken);
        var ceiling = spec.Phase.Recurrence!.Ceiling;
        await audit.AppendAsync(
            tx, AuditChain.ForCampaign(occurrence.CampaignId), Actor.System, cancellationToken,
            new AuditEntry("occurrence-evaluated", spec.Phase.Key, new { occurrence = occurrence.Id, occurrence.Due, matched, ceiling, rule = CanonicalJson.Hash(spec.Brief.Audience.Rule) }));
        if (matched > ceiling)
        {
            await incidents.AskAsync(
                tx,
                new NewIncident(WorkKind, spec.Phase.Name, occurrence.CampaignId, $"{matched} customers match, but {ceiling} were approved for one occurrence ({occurrence.Due:yyyy-MM-dd HH:mm} UTC). Nothing was sent.", new NewWork(WorkKind, item.Key, clock.GetUtcNow(), new OccurrenceWork(occurrence.Id)))
                {
                    Choices = [TryAgain, LateWork.Skip],
                },
                cancellationToken);
            return;
        }
        occurrence.PlannedTo = 0;
        await tx.Db.SaveChangesAsync(cancellationToken);
        await schedule.EnqueueAsync(
            tx, new NewWork(PlanOccurrence.WorkKind, item.Key, occurrence.Due, new OccurrenceWork(occurrence.Id), occurrence.CampaignId, MisfirePolicy.Ask, TimeSpan.FromMinutes(spec.Phase.LateMinutes ?? spec.Phase.LatestMinutes)), cancellationToken);
        await schedule.EnqueueAsync(tx, new NewWork(ExpireOccurrence.WorkKind, item.Key, occurrence.LatestAt, new OccurrenceWork(occurrence.Id), occurrence.CampaignId), cancellationToken);
    }
}
