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
            campaign.MapGet("/events", ListAsync).RequireRole().WithName("ListCampaignEvents").WithDescription("kind: participation, conversion, cost, complaint, opt-out, click; arm: treated, holdout, global-holdout, none.");
            campaign.MapGet("/live", async (Guid id, LiveCounts live, CancellationToken token) => await live.ReadAsync(id, token)).RequireRole().WithName("GetLiveCounts");
            campaign.MapGet("/live/stream", (Guid id, LiveCounts live, CancellationToken token) => TypedResults.ServerSentEvents(live.WatchAsync(id, token), "counts")).RequireRole().WithName("StreamLiveCounts");
            campaign.MapGet("/guardrail-trips", async (Guid id, Database database, CancellationToken token) =>
                await database.ReadAsync((db, inner) => db.GuardrailTrips.Where(row => row.CampaignId == id).OrderByDescending(row => row.At).ToListAsync(inner), token)).RequireRole().WithName("ListGuardrailTrips");
        }
    }

    private static async Task<IResult> ListAsync(Guid id, string? kind, string? arm, string? after, EventQueries events, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        kind is not null && EventQueries.KindOf(kind) is null
            ? Refusal.Invalid(new FieldProblem("kind", "field.event-kind", kind)).ToProblem(texts)
            : (await events.ListAsync(id, new EventFilter(EventQueries.KindOf(kind), arm, after), actor, cancellationToken)).ToResult(texts);

    private static async Task<IResult> ReadAsync(Guid id, Monitoring monitoring, Texts texts, CancellationToken cancellationToken) =>
        await monitoring.ReadAsync(id, cancellationToken) is { } view ? TypedResults.Ok(view) : Refusal.NotFound(id.ToString()).ToProblem(texts);
}

/// <summary>The monitoring page of a campaign, for the API and the console.</summary>
public sealed class Monitoring(Database database, BusinessClock clock)
{
    private const int ProgressLimit = 50;

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
                return new MonitoringView(
                    figures, PaceOf(brief, numbers), figures is null ? null : ReturnView.Of(brief.Goal, figures),
                    Guardrails.Look(brief, numbers, trips),
                    numbers.ConvertersPerDay, numbers.Messages);
            },
            cancellationToken);

    /// <summary>Pace and guardrails of the campaigns that are launched and not over; with one query per table however many there are.</summary>
    /// <param name="owner">User name; null takes everybody's.</param>
    public Task<IReadOnlyList<CampaignProgress>> UnderWayAsync(string? owner, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CampaignProgress>>(
            async (db, token) =>
            {
                string[] over = [CampaignStatus.Closed, CampaignStatus.Rejected, CampaignStatus.Cancelled];
                var campaigns = await db.Campaigns.Where(row => row.LaunchedAt != null && !over.Contains(row.Status) && (owner == null || row.Owner == owner)).OrderBy(row => row.WindowEnd).Take(ProgressLimit).ToListAsync(token);
                var numbers = await CampaignFigureReader.NumbersOfAsync(db, campaigns.ConvertAll(row => row.Id), token);
                var ids = campaigns.ConvertAll(row => row.Id);
                var trips = (await db.GuardrailTrips.Where(row => ids.Contains(row.CampaignId) && row.ClearedAt == null).ToListAsync(token)).ToLookup(row => row.CampaignId);
                return [.. campaigns.Select(campaign =>
                {
                    var (brief, own) = (campaign.Brief(), numbers[campaign.Id]);
                    return new CampaignProgress(campaign.Id, PaceOf(brief, own), Guardrails.Look(brief, own, [.. trips[campaign.Id]]), own.Sum(Metric.Complaints), own.Sum(Metric.OptOuts));
                })];
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
