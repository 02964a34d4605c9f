using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>Reach forecast 预估触达: matched → global holdout → holdout → treated → per channel → skipped by reason.</summary>
/// <param name="Nulls">Customers for whom the rule gave no answer; they are no members.</param>
public sealed record ReachForecastResult(
    long Scanned, long Matched, long Nulls, long Holdout, long Treated, int? Ceiling, IReadOnlyList<PhaseForecast> Phases, DateTimeOffset MadeAt)
{
    /// <summary>Matched, and held out of all marketing: in the phases as skipped, unless they serve.</summary>
    public long GlobalHoldout { get; init; }

    public bool IsOverCeiling => Matched > Ceiling;

    /// <summary>The most that all messages can cost, steps included, a recurring phase for one occurrence; null: made before that was part of it.</summary>
    public decimal? Cost => Phases.Any(phase => phase.Cost is null) ? null : Phases.Sum(phase => phase.Cost + phase.Steps.Sum(step => step.Cost));
}

/// <summary>
/// Forecasts with the very checks that the send takes, at the time of each phase, without sending. Frequency caps are reserved at the send and
/// so not part of it. As long as no customer, account or suppression changes, the final skip table equals the forecast.
/// </summary>
public sealed class ReachForecast(
    Database database, Segments segments, CustomerFeed feed, SendChecks checks, ChannelAccounts accounts, BusinessClock clock, IServiceProvider services)
{
    private readonly GlobalHoldouts holdouts = services.GetRequiredService<GlobalHoldouts>();
    private readonly HouseRuleReader houseRules = services.GetRequiredService<HouseRuleReader>();
    private const int BatchRows = 2_000;

    /// <param name="campaignId">Its holdout is drawn by the campaign's id; without one the holdout is as large, but other people.</param>
    public async Task<Outcome<ReachForecastResult>> ForAsync(Brief brief, Guid? campaignId, CancellationToken cancellationToken)
    {
        var compiled = await segments.CompileAsync(brief.Audience.Rule, cancellationToken);
        if (compiled.Refusal is { } refusal)
            return refusal;
        var now = clock.GetUtcNow();
        var heldOut = await database.ReadAsync((db, token) => holdouts.AtAsync(db, now, token), cancellationToken);
        var members = new List<(long Rank, long CustomerNo)>();
        var keptOut = new List<long>();
        var (scanned, nulls) = (0L, 0L);
        await foreach (var slice in segments.EvaluateAsync(compiled.Value, cancellationToken))
        {
            (scanned, nulls) = (scanned + slice.Scanned, nulls + slice.Nulls);
            foreach (var member in slice.Members)
            {
                if (brief.HasMarketing && heldOut.IsArm(member.ExternalId, now))
                    keptOut.Add(member.CustomerNo);
                else
                    members.Add((HoldoutRank.Of(campaignId ?? Guid.Empty, member.ExternalId), member.CustomerNo));
            }
        }
        members.Sort();
        var holdout = (int)HoldoutRank.Count(members.Count, brief.Audience.HoldoutPercent, brief.Audience.HoldoutCount);
        // In the order of ranks, in which waves go; the checks go in the order of numbers, as the send does.
        var treated = members.Skip(holdout).Select(member => member.CustomerNo).ToArray();
        return new ReachForecastResult(
            scanned, members.Count + keptOut.Count, nulls, holdout, treated.Length, brief.Audience.Ceiling, await PhasesAsync(brief, campaignId ?? Guid.Empty, treated, keptOut, heldOut, cancellationToken), now)
        {
            GlobalHoldout = keptOut.Count,
        };
    }

    /// <summary>Forecasts a campaign's brief and keeps the result.</summary>
    public async Task<Outcome<ReachForecastResult>> MakeAsync(Guid campaignId, Actor actor, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token), cancellationToken) is not { } campaign)
            return Refusal.NotFound(campaignId.ToString());
        var brief = campaign.Brief();
        var outcome = await ForAsync(brief, campaignId, cancellationToken);
        if (!outcome.IsRefused)
            await database.WriteAsync((tx, token) => KeepAsync(tx, campaignId, brief, outcome.Value, actor, token), cancellationToken);
        return outcome;
    }

    /// <summary>The latest forecast that was kept, or null.</summary>
    public async Task<ReachForecastResult?> FindAsync(Guid campaignId, CancellationToken cancellationToken)
    {
        var json = await database.ReadAsync(
            (db, token) => db.ReachForecasts.Where(row => row.CampaignId == campaignId).OrderByDescending(row => row.MadeAt).Select(row => row.Result).FirstOrDefaultAsync(token), cancellationToken);
        return json is null ? null : System.Text.Json.JsonSerializer.Deserialize<KeptForecast>(json, JsonDefaults.Options)!.ToResult();
    }

    private static Task KeepAsync(WriteTransaction tx, Guid campaignId, Brief brief, ReachForecastResult result, Actor actor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        tx.Db.Add(new ReachForecastRecord
        {
            Id = Guid.CreateVersion7(result.MadeAt),
            CampaignId = campaignId,
            AudienceHash = CanonicalJson.Hash(CanonicalJson.Write(brief.Audience)),
            Matched = result.Matched,
            Result = System.Text.Json.JsonSerializer.Serialize(KeptForecast.From(result), JsonDefaults.Options),
            MadeBy = actor.UserName,
            MadeAt = result.MadeAt,
        });
        return Task.CompletedTask;
    }

    private async Task<List<PhaseForecast>> PhasesAsync(Brief brief, Guid campaignId, long[] treated, IReadOnlyList<long> keptOut, GlobalHoldout heldOut, CancellationToken cancellationToken)
    {
        var routes = await accounts.RoutesAsync(cancellationToken);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(services.GetRequiredService<OrchestratorOptions>().CompanyTimeZone);
        var house = await database.ReadAsync(houseRules.ReadAsync, cancellationToken);
        var prices = await services.GetRequiredService<MessagePrices>().ForAsync(brief, cancellationToken);
        var tallies = brief.Phases.Select(phase => new PhaseTally(phase, brief, campaignId, treated.Length, part => house.Over(SendRules.For(brief, part, routes, zone)) with { GlobalHoldout = heldOut }, prices)).ToArray();
        long[] planned = [.. treated, .. keptOut];
        var positions = Enumerable.Range(0, planned.Length).ToArray();
        Array.Sort(planned, positions);
        foreach (var batch in planned.Chunk(BatchRows))
        {
            var customers = await database.ReadAsync(
                async (db, token) =>
                {
                    await db.Database.OpenConnectionAsync(token);
                    return await feed.ReadAsync(db.Database.GetDbConnection(), null, batch, token);
                },
                cancellationToken);
            foreach (var customer in customers)
            {
                var candidate = CandidateReader.Read(customer, facts: PhaseTally.NotConverted);
                foreach (var tally in tallies)
                    tally.Add(checks, candidate, () => CandidateReader.Read(customer, facts: PhaseTally.Converted), positions[Array.BinarySearch(planned, candidate.CustomerNo)]);
            }
        }
        return [.. tallies.Select(tally => tally.Result())];
    }

    /// <summary>The stored form: what is derived is not stored.</summary>
    private sealed record KeptForecast(long Scanned, long Matched, long Nulls, long Holdout, long Treated, int? Ceiling, IReadOnlyList<KeptPhase> Phases, DateTimeOffset MadeAt, long GlobalHoldout = 0)
    {
        public static KeptForecast From(ReachForecastResult result) => new(
            result.Scanned, result.Matched, result.Nulls, result.Holdout, result.Treated, result.Ceiling,
            [.. result.Phases.Select(phase => new KeptPhase(phase.Key, phase.Name, phase.Channels, phase.Deferred, phase.Skipped, phase.Steps, phase.Waves, phase.WaveCount, phase.LastDay, phase.Cost, phase.Variants))], result.MadeAt, result.GlobalHoldout);

        public ReachForecastResult ToResult() => new(
            Scanned, Matched, Nulls, Holdout, Treated, Ceiling, [.. Phases.Select(phase => phase.ToForecast())], MadeAt)
        {
            GlobalHoldout = GlobalHoldout,
        };
    }

    /// <param name="Steps">Null in forecasts made before steps were part of them.</param>
    /// <param name="Waves">Likewise.</param>
    /// <param name="Cost">Null in forecasts made before costs and variants were part of them.</param>
    /// <param name="Variants">Likewise.</param>
    private sealed record KeptPhase(
        string Key, string Name, IReadOnlyDictionary<string, long> Channels, long Deferred, IReadOnlyDictionary<string, long> Skipped,
        IReadOnlyList<StepForecast>? Steps = null, IReadOnlyList<WaveForecast>? Waves = null, int WaveCount = 0, DateOnly? LastDay = null,
        decimal? Cost = null, IReadOnlyList<VariantForecast>? Variants = null)
    {
        public PhaseForecast ToForecast() => new(Key, Name, Channels, Deferred, Skipped) { Steps = Steps ?? [], Waves = Waves ?? [], WaveCount = WaveCount, LastDay = LastDay, Cost = Cost, Variants = Variants ?? [] };
    }
}
