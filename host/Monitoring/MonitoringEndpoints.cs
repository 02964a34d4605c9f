using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Monitoring;

public sealed record EventBatch(IReadOnlyList<NewCampaignEvent> Events);

internal static class MonitoringEndpoints
{
    extension(RouteGroupBuilder api)
    {
        public void MapMonitoring()
        {
            api.MapPost("/events", async (NewCampaignEvent body, CampaignEvents events, Actor actor, Texts texts, CancellationToken token) =>
                (await events.TakeAsync([body], actor.UserName, token)).ToResult(texts)).RequireRole(Role.Platform, Role.Owner, Role.Admin).WithName("TakeEvent");
            api.MapPost("/events/batch", async (EventBatch body, CampaignEvents events, Actor actor, Texts texts, CancellationToken token) =>
                (await events.TakeAsync(body.Events ?? [], actor.UserName, token)).ToResult(texts)).RequireRole(Role.Platform, Role.Owner, Role.Admin).WithName("TakeEvents");
            var campaign = api.MapGroup("/campaigns/{id:guid}");
            campaign.MapGet("/monitoring", ReadAsync).RequireRole().WithName("GetMonitoring");
            campaign.MapGet("/live", async (Guid id, LiveCounts live, CancellationToken token) => await live.ReadAsync(id, token)).RequireRole().WithName("GetLiveCounts");
            campaign.MapGet("/live/stream", (Guid id, LiveCounts live, CancellationToken token) => TypedResults.ServerSentEvents(live.WatchAsync(id, token), "counts")).RequireRole().WithName("StreamLiveCounts");
            campaign.MapGet("/guardrail-trips", async (Guid id, Database database, CancellationToken token) =>
                await database.ReadAsync((db, inner) => db.GuardrailTrips.Where(row => row.CampaignId == id).OrderByDescending(row => row.At).ToListAsync(inner), token)).RequireRole().WithName("ListGuardrailTrips");
        }
    }

    private static async Task<IResult> ReadAsync(Guid id, Monitoring monitoring, Texts texts, CancellationToken cancellationToken) =>
        await monitoring.ReadAsync(id, cancellationToken) is { } view ? TypedResults.Ok(view) : Refusal.NotFound(id.ToString()).ToProblem(texts);
}

/// <summary>The monitoring page of a campaign, for the API and the console.</summary>
public sealed class Monitoring(Database database, BusinessClock clock)
{
    public Task<MonitoringView?> ReadAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync<MonitoringView?>(
            async (db, token) =>
            {
                if (await db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token) is not { } campaign)
                    return null;
                var brief = campaign.Brief();
                var numbers = await CampaignFigureReader.NumbersAsync(db, campaignId, token);
                var trips = await db.GuardrailTrips.Where(row => row.CampaignId == campaignId && row.ClearedAt == null).ToListAsync(token);
                var figures = numbers.Treated + numbers.Holdout == 0 ? null : CampaignFigureReader.Figures(brief.Goal, numbers);
                var scope = Guardrails.Scope(numbers);
                return new MonitoringView(
                    figures, PaceOf(brief, numbers), figures is null ? null : ReturnView.Of(brief.Goal, figures),
                    [.. brief.Guardrails.Select(guardrail => new GuardrailView(guardrail.Key, guardrail.Name, guardrail.Condition, Guardrails.Evaluate(guardrail.Condition, scope), trips.Find(trip => trip.Key == guardrail.Key)?.At))],
                    numbers.ConvertersPerDay, numbers.Messages);
            },
            cancellationToken);

    private PaceView PaceOf(Brief brief, CampaignNumbers numbers)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(brief.TimeZone)).DateTime);
        var expected = Pace.ExpectedBy(brief.Goal, brief.Window, today);
        var actual = CampaignFigureReader.Actual(brief.Goal, numbers);
        return new PaceView(
            brief.Goal.MetricName, brief.Goal.Unit, brief.Goal.Target, Math.Round(Pace.PerDay(brief.Goal, brief.Window), 2), Math.Round(expected, 2), actual, expected == 0 ? null : Math.Round(actual / expected, 4));
    }
}
