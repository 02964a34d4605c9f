using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Audiences;

internal sealed record FreezePayload(Guid CampaignId, string WorkId);

/// <summary>Service task <c>freeze-audience</c>: begins the freezing; <see cref="FreezeWork"/> does it slice by slice and completes the task.</summary>
internal sealed class FreezeAudienceTask(WorkSchedule schedule, AttributeCatalogue catalogue, BusinessClock clock) : IServiceTask
{
    public string Type => "freeze-audience";

    public async Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken)
    {
        var audience = context.Brief.Audience;
        var compiled = SegmentRule.Compile(audience.Rule, await catalogue.CurrentAsync(cancellationToken));
        if (compiled.Refusal is { } refusal)
            return new ServiceTaskResult.Failed(null, $"The audience rule cannot be evaluated: {string.Join("; ", refusal.Problems.Select(problem => string.Join(' ', problem.Args)))}");
        await tx.Db.AudienceMembers.Where(row => row.CampaignId == context.CampaignId).ExecuteDeleteAsync(cancellationToken);
        await tx.Db.AudienceFreezes.Where(row => row.CampaignId == context.CampaignId).ExecuteDeleteAsync(cancellationToken);
        tx.Db.Add(new AudienceFreeze
        {
            CampaignId = context.CampaignId,
            Rule = audience.Rule,
            HoldoutPercent = audience.HoldoutPercent,
            HoldoutCount = audience.HoldoutCount,
            Ceiling = audience.Ceiling,
            State = FreezeState.Scanning,
            StartedAt = clock.GetUtcNow(),
        });
        await schedule.EnqueueAsync(
            tx, new NewWork(FreezeWork.WorkKind, context.CampaignId.ToString("N"), clock.GetUtcNow(), new FreezePayload(context.CampaignId, context.WorkId), context.CampaignId), cancellationToken);
        return new ServiceTaskResult.Begun();
    }
}

/// <summary>
/// Freezes an audience: customers are held against the rule a slice at a time, members are written with their holdout rank, and the last step
/// marks the holdout and lets the process go on. Every step can be repeated after a crash.
/// </summary>
internal sealed class FreezeWork(
    Database database, Segments segments, SegmentScan scan, GlobalHoldouts holdouts, WorkSchedule schedule, ProcessHost processes, AuditChain audit, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "freeze-audience";
    private const int SqliteRows = 500;

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Deserialize<FreezePayload>(item.Payload, JsonDefaults.Options)!;
        var freeze = await FindAsync(payload.CampaignId, cancellationToken);
        if (freeze is null)
        {
            await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
            return;
        }
        var rule = (await segments.CompileAsync(freeze.Rule, cancellationToken)).Value;
        var heldOut = await database.ReadAsync((db, token) => HeldOutAsync(db, payload.CampaignId, token), cancellationToken);
        while (!await SliceAsync(freeze, rule, heldOut, cancellationToken))
            freeze = (await FindAsync(payload.CampaignId, cancellationToken))!;
        await database.WriteAsync((tx, token) => FinishAsync(tx, item, payload, token), cancellationToken);
    }

    /// <summary>A campaign that only serves keeps nobody back.</summary>
    private async Task<GlobalHoldout> HeldOutAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken) =>
        (await db.Campaigns.SingleAsync(row => row.Id == campaignId, cancellationToken)).Brief().HasMarketing ? await holdouts.OfAsync(db, campaignId, cancellationToken) : GlobalHoldout.None;

    private Task<AudienceFreeze?> FindAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.AudienceFreezes.SingleOrDefaultAsync(row => row.CampaignId == campaignId, token), cancellationToken);

    /// <returns>Whether that was the last slice.</returns>
    private async Task<bool> SliceAsync(AudienceFreeze freeze, CompiledRule rule, GlobalHoldout heldOut, CancellationToken cancellationToken)
    {
        var slice = await database.ReadAsync(
            async (db, token) =>
            {
                await db.Database.OpenConnectionAsync(token);
                return await scan.ReadAsync(db.Database.GetDbConnection(), null, rule, freeze.ScannedTo, SegmentScan.SliceRows, freeze.StartedAt, token);
            },
            cancellationToken);
        // SQLite has one writer: many small transactions let others in between. Members written twice are ignored.
        var parts = slice.Members.Chunk(database.Dialect == DatabaseDialect.Sqlite ? SqliteRows : SegmentScan.SliceRows).ToArray();
        foreach (var part in parts.SkipLast(1))
            await database.WriteAsync((tx, token) => InsertAsync(tx, freeze, part, heldOut, token), cancellationToken);
        await database.WriteAsync(
            async (tx, token) =>
            {
                var row = await tx.Locked<AudienceFreeze>("SELECT * FROM audience_freezes WHERE campaign_id = {0}", freeze.CampaignId).SingleOrDefaultAsync(token);
                if (row is null || row.ScannedTo != freeze.ScannedTo || row.StartedAt != freeze.StartedAt)
                    return;
                if (parts.Length > 0)
                    await InsertAsync(tx, freeze, parts[^1], heldOut, token);
                (row.ScannedTo, row.Scanned, row.Nulls, row.Matched) = (slice.LastNo, row.Scanned + slice.Scanned, row.Nulls + slice.Nulls, row.Matched + slice.Members.Count);
            },
            cancellationToken);
        return slice.IsLast;
    }

    private static Task InsertAsync(WriteTransaction tx, AudienceFreeze freeze, ScanMember[] members, GlobalHoldout heldOut, CancellationToken cancellationToken) =>
        MemberRows.InsertAsync(tx, freeze.CampaignId, members, member => heldOut.IsArm(member.ExternalId, freeze.StartedAt) ? Arm.GlobalHoldout : Arm.Treated, cancellationToken);

    private async Task FinishAsync(WriteTransaction tx, WorkItem item, FreezePayload payload, CancellationToken cancellationToken)
    {
        var campaignId = payload.CampaignId;
        var row = await tx.Db.AudienceFreezes.SingleAsync(freeze => freeze.CampaignId == campaignId, cancellationToken);
        row.Matched = await tx.Db.AudienceMembers.LongCountAsync(member => member.CampaignId == campaignId, cancellationToken);
        row.GlobalHoldout = await tx.Db.AudienceMembers.LongCountAsync(member => member.CampaignId == campaignId && member.Arm == Arm.GlobalHoldout, cancellationToken);
        row.Holdout = await MarkHoldoutAsync(tx, row, cancellationToken);
        row.FinishedAt = clock.GetUtcNow();
        var isOver = row.Matched > row.Ceiling;
        row.State = isOver ? FreezeState.OverCeiling : FreezeState.Done;
        await audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), Actor.System, cancellationToken, new AuditEntry(
            isOver ? "audience-over-ceiling" : "audience-frozen", null,
            new { row.Scanned, row.Matched, row.Holdout, row.GlobalHoldout, row.Treated, row.Nulls, row.Ceiling, rule = CanonicalJson.Hash(row.Rule) }));
        if (isOver)
            await processes.FailServiceAsync(tx, campaignId, payload.WorkId, null, $"{row.Matched} customers match, but {row.Ceiling} were approved.", cancellationToken);
        else
            await processes.CompleteServiceAsync(tx, campaignId, payload.WorkId, Variables.Of(("matched", (decimal)row.Matched), ("holdout", (decimal)row.Holdout), ("globalHoldout", (decimal)row.GlobalHoldout), ("treated", (decimal)row.Treated)), cancellationToken);
        if (!await schedule.CompleteAsync(tx, item, cancellationToken))
            throw new InvalidOperationException("The lease on freezing the audience was lost; whoever holds it now finishes.");
    }

    private static async Task<long> MarkHoldoutAsync(WriteTransaction tx, AudienceFreeze freeze, CancellationToken cancellationToken)
    {
        // Those held out of everything are no fair comparison for one campaign: its own holdout is drawn from the others.
        var count = HoldoutRank.Count(freeze.Matched - freeze.GlobalHoldout, freeze.HoldoutPercent, freeze.HoldoutCount);
        if (count == 0)
            return 0;
        var members = tx.Db.AudienceMembers.Where(row => row.CampaignId == freeze.CampaignId && row.Arm != Arm.GlobalHoldout);
        var last = await members.OrderBy(row => row.Rank).ThenBy(row => row.CustomerNo).Skip((int)count - 1).Select(row => new { row.Rank, row.CustomerNo }).FirstAsync(cancellationToken);
        return await members.Where(row => row.Rank < last.Rank || (row.Rank == last.Rank && row.CustomerNo <= last.CustomerNo))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Arm, Arm.Holdout), cancellationToken);
    }
}

/// <summary>
/// Service task <c>check-drift</c>: how far the frozen audience is from the one that was approved. <c>drift</c> is a share, 0.2 = 20 %; what
/// cannot be compared counts as drifted.
/// </summary>
internal sealed class CheckDriftTask : IServiceTask
{
    public string Type => "check-drift";

    public async Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken)
    {
        var matched = await tx.Db.AudienceFreezes.Where(row => row.CampaignId == context.CampaignId && row.State == FreezeState.Done).Select(row => (long?)row.Matched).SingleOrDefaultAsync(cancellationToken);
        if (matched is null)
            return new ServiceTaskResult.Failed(null, "The audience has not been frozen.");
        var approved = ApprovedCount(context.Campaign.FactsJson);
        var drift = approved > 0 ? Math.Round(Math.Abs(matched.Value - approved.Value) / approved.Value, 4) : matched == 0 ? 0m : 1m;
        return ServiceTaskResult.With(("drift", drift), ("forecastMatched", approved));
    }

    /// <summary>The count that the facts of the approved brief state.</summary>
    private static decimal? ApprovedCount(string factsJson)
    {
        using var facts = JsonDocument.Parse(factsJson);
        return facts.RootElement.TryGetProperty(CampaignFacts.Matched, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;
    }
}
