using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Monitoring;

/// <summary>
/// Guardrails 护栏指标: FEEL over a campaign's live figures. A true condition, or one that can't be decided, trips 熔断: sending pauses, the
/// process gets the message <c>guardrail-breach</c>, and people decide.
/// </summary>
public sealed class Guardrails(Database database, ProcessHost process, CampaignDesk desk, AuditChain audit, BusinessClock clock)
{
    private static readonly ConcurrentDictionary<string, FeelExpression?> Compiled = new();
    private static readonly string[] Worsening = ["complaints", "opt_outs", "conversions"];

    /// <summary>Names that conditions may use, with their present values.</summary>
    internal static Dictionary<string, object?> Scope(CampaignNumbers numbers) => new()
    {
        ["planned"] = numbers.Of(MessageState.Planned, MessageState.Deferred, MessageState.Leased),
        ["sent"] = numbers.Of(MessageState.Accepted, MessageState.Delivered, MessageState.Failed, MessageState.Unknown),
        ["delivered"] = numbers.Of(MessageState.Delivered),
        ["failed"] = numbers.Of(MessageState.Failed),
        ["skipped"] = numbers.Of(MessageState.Skipped),
        ["unknown"] = numbers.Of(MessageState.Unknown),
        ["clicks"] = numbers.Sum(Metric.Clicks),
        ["opt_outs"] = numbers.Sum(Metric.OptOuts),
        ["complaints"] = numbers.Sum(Metric.Complaints),
        ["participants"] = numbers.Sum(Metric.Participants),
        ["conversions"] = numbers.Sum(Metric.Conversions),
        ["converters"] = numbers.Sum(Metric.Converters),
        ["new_loans"] = numbers.Sum(Metric.Conversions),
        ["conversion_value"] = numbers.Sum(Metric.ConversionValue) / CampaignNumbers.Micros,
        ["cost"] = numbers.Cost,
        ["grade_a_loans"] = numbers.Sum(Metric.LoansOfGrade("A")),
        ["grade_b_loans"] = numbers.Sum(Metric.LoansOfGrade("B")),
        ["grade_c_loans"] = numbers.Sum(Metric.LoansOfGrade("C")),
        ["grade_d_loans"] = numbers.Sum(Metric.LoansOfGrade("D")),
        ["grade_e_loans"] = numbers.Sum(Metric.LoansOfGrade("E")),
    };

    /// <returns>true: breached; false: within limits; null: could not be decided, which trips too.</returns>
    internal static bool? Evaluate(string condition, IReadOnlyDictionary<string, object?> scope) =>
        Compiled.GetOrAdd(condition, text => FeelExpression.TryCompile(text, out var expression, out _) ? expression : null)?.Evaluate(FeelScope.From(scope)).Value as bool?;

    /// <summary>All guardrails of a brief against the present figures.</summary>
    internal static IReadOnlyList<GuardrailView> Look(Brief brief, CampaignNumbers numbers, IReadOnlyCollection<GuardrailTrip> open)
    {
        var scope = Scope(numbers);
        return [.. brief.Guardrails.Select(guardrail =>
        {
            var figure = GuardrailFigure.Of(guardrail.Condition);
            return new GuardrailView(
                guardrail.Key, guardrail.Name, guardrail.Condition, Evaluate(guardrail.Condition, scope), open.FirstOrDefault(trip => trip.Key == guardrail.Key)?.At,
                figure?.Read(scope), figure?.Limit, figure?.IsShare ?? false);
        })];
    }

    /// <summary>Looks at every guardrail of a launched campaign.</summary>
    /// <returns>The guardrails that tripped now.</returns>
    public async Task<IReadOnlyList<GuardrailTrip>> CheckAsync(Guid campaignId, CancellationToken cancellationToken)
    {
        var (campaign, numbers, trips) = await database.ReadAsync(
            async (db, token) => (
                await db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token),
                await CampaignFigureReader.NumbersAsync(db, campaignId, token),
                await db.GuardrailTrips.Where(row => row.CampaignId == campaignId).ToListAsync(token)),
            cancellationToken);
        if (campaign is not { LaunchedAt: not null } || CampaignStatus.IsOver(campaign.Status))
            return [];
        var scope = Scope(numbers);
        var tripped = new List<GuardrailTrip>();
        foreach (var guardrail in campaign.Brief().Guardrails)
        {
            var holds = Evaluate(guardrail.Condition, scope);
            if (holds == false)
                await RearmAsync(campaignId, guardrail.Key, trips, cancellationToken);
            else if (IsNews(guardrail.Key, scope, trips) && await TripAsync(campaignId, guardrail, holds, scope, cancellationToken) is { } trip)
                tripped.Add(trip);
        }
        return tripped;
    }

    /// <summary>Not while somebody is deciding; after they decided to go on, only when it was fine in between or its counts have doubled.</summary>
    private static bool IsNews(string key, Dictionary<string, object?> scope, List<GuardrailTrip> trips)
    {
        if (trips.Where(trip => trip.Key == key && !trip.IsRearmed).MaxBy(trip => trip.At) is not { } last)
            return true;
        if (last.ClearedAt is null)
            return false;
        using var then = JsonDocument.Parse(last.Figures);
        return Worsening.Any(name =>
            then.RootElement.TryGetProperty(name, out var value) && value.TryGetDecimal(out var before) && Convert.ToDecimal(scope[name], null) is var now && now > 0 && now >= 2 * before);
    }

    private Task RearmAsync(Guid campaignId, string key, List<GuardrailTrip> trips, CancellationToken cancellationToken) =>
        !trips.Any(trip => trip.Key == key && trip is { IsRearmed: false, ClearedAt: not null })
            ? Task.CompletedTask
            : database.WriteAsync((tx, token) => tx.Db.GuardrailTrips.Where(row => row.CampaignId == campaignId && row.Key == key && row.ClearedAt != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.IsRearmed, true), token), cancellationToken);

    private Task<GuardrailTrip?> TripAsync(Guid campaignId, Guardrail guardrail, bool? holds, Dictionary<string, object?> scope, CancellationToken cancellationToken) =>
        database.WriteAsync<GuardrailTrip?>(
            async (tx, token) =>
            {
                if (await process.LockAsync(tx, campaignId, token) is not { } instance || CampaignStatus.IsOver(instance.Campaign.Status))
                    return null;
                // Another node may have seen the same.
                if (await tx.Db.GuardrailTrips.AnyAsync(row => row.CampaignId == campaignId && row.Key == guardrail.Key && row.ClearedAt == null, token))
                    return null;
                var now = clock.GetUtcNow();
                var trip = new GuardrailTrip { Id = Guid.CreateVersion7(now), CampaignId = campaignId, Key = guardrail.Key, Condition = guardrail.Condition, WasDecided = holds is not null, Figures = JsonSerializer.Serialize(scope, JsonDefaults.Options), At = now };
                tx.Db.Add(trip);
                await audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), Actor.System, token, new AuditEntry("guardrail-tripped", guardrail.Key, new { guardrail.Name, guardrail.Condition, decided = holds is not null, figures = scope }));
                await desk.PauseAsync(tx, instance.Campaign, $"{guardrail.Name}: {guardrail.Condition}", Actor.System, token);
                await tx.Db.SaveChangesAsync(token);
                var delivered = await process.DeliverMessageAsync(
                    tx, campaignId, CampaignElements.GuardrailBreach, Variables.Of(("breachedGuardrail", guardrail.Key), ("breachedName", guardrail.Name), ("breachedCondition", guardrail.Condition)), Actor.System, token);
                return delivered.Refusal is null ? trip : throw new InvalidOperationException($"The process of campaign {campaignId} refused the message: {delivered.Refusal.Type}.");
            },
            cancellationToken);
}

/// <summary>When a campaign goes on, its trips are cleared: people have decided.</summary>
internal sealed class ClearTrips(BusinessClock clock) : ICampaignListener
{
    public Task OnAsync(WriteTransaction tx, Campaigns.CampaignEvent happened, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return happened.Kind != Campaigns.CampaignEventKind.Resumed ? Task.CompletedTask
            : tx.Db.GuardrailTrips.Where(row => row.CampaignId == happened.Campaign.Id && row.ClearedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClearedAt, now), cancellationToken);
    }
}
