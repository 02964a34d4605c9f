using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Host.Audiences;
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
    Database database, Segments segments, SegmentScan scan, SendBatches batches, Incidents incidents, WorkSchedule schedule, AuditChain audit, BusinessClock clock) : IWorkHandler
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
                await database.WriteAsync((tx, token) => InsertAsync(tx, occurrence, part, spec.Brief.Audience.HoldoutPercent, token), cancellationToken);
            (after, isLast) = (slice.LastNo, slice.IsLast);
        }
    }

    private static async Task InsertAsync(WriteTransaction tx, Occurrence occurrence, ScanMember[] members, decimal holdoutPercent, CancellationToken cancellationToken)
    {
        var numbers = members.Select(member => member.CustomerNo).ToArray();
        var ranks = members.Select(member => HoldoutRank.Of(occurrence.CampaignId, member.ExternalId)).ToArray();
        var limit = (long)(long.MaxValue / 100m * holdoutPercent);
        if (tx.Dialect == DatabaseDialect.PostgreSql)
        {
            object[] parameters = [new NpgsqlParameter("campaign", occurrence.CampaignId), new NpgsqlParameter("occurrence", occurrence.Id), new NpgsqlParameter("numbers", numbers), new NpgsqlParameter("ranks", ranks), new NpgsqlParameter("limit", limit)];
            await tx.Db.Database.ExecuteSqlRawAsync(
                """
                WITH t AS (SELECT * FROM unnest(@numbers, @ranks) AS u(n, r)), a AS (INSERT INTO audience_members (campaign_id, customer_no, arm, rank)
                    SELECT @campaign, n, CASE WHEN r < @limit THEN 'Holdout' ELSE 'Treated' END, r FROM t ON CONFLICT DO NOTHING)
                INSERT INTO occurrence_members (occurrence_id, customer_no) SELECT @occurrence, n FROM t ON CONFLICT DO NOTHING
                """,
                parameters, cancellationToken);
            return;
        }
        var rows = JsonSerializer.Serialize(numbers.Zip(ranks, (number, rank) => new[] { number, rank }));
        await tx.Db.Database.ExecuteSqlAsync(
            $"INSERT INTO audience_members (campaign_id, customer_no, arm, rank) SELECT {occurrence.CampaignId}, value ->> 0, CASE WHEN value ->> 1 < {limit} THEN 'Holdout' ELSE 'Treated' END, value ->> 1 FROM json_each({rows}) WHERE true ON CONFLICT DO NOTHING",
            cancellationToken);
        await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO occurrence_members (occurrence_id, customer_no) SELECT {occurrence.Id}, value ->> 0 FROM json_each({rows}) WHERE true ON CONFLICT DO NOTHING", cancellationToken);
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
