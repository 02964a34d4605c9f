using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Monitoring;

/// <summary>Names of the counters kept per campaign, arm and day.</summary>
public static class Metric
{
    public const string Participations = "participations";
    public const string Participants = "participants";
    public const string Conversions = "conversions";
    public const string Converters = "converters";
    public const string ConversionValue = "conversion-value";
    public const string Cost = "cost";
    public const string Complaints = "complaints";
    public const string OptOuts = "opt-outs";
    public const string Clicks = "clicks";

    /// <summary>Conversions of customers of a risk grade.</summary>
    public static string LoansOfGrade(string grade) => $"loans-of-grade-{grade}";
}

/// <summary>Moves the counters with the events they count, in the same transaction.</summary>
internal static class MetricCounters
{
    public static async Task AddAsync(WriteTransaction tx, Guid campaignId, IReadOnlyList<CampaignEvent> events, CancellationToken cancellationToken)
    {
        var zone = await ZoneAsync(tx, campaignId, cancellationToken);
        var deltas = new Dictionary<(string Metric, string Arm, DateOnly Day), long>();
        var firsts = await FirstsAsync(tx, campaignId, events, cancellationToken);
        foreach (var item in events)
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(item.At, zone).DateTime);
            foreach (var (metric, value) in Of(item, firsts.Remove((item.Kind, item.CustomerNo))))
                deltas[(metric, item.Arm, day)] = deltas.GetValueOrDefault((metric, item.Arm, day)) + value;
        }
        foreach (var ((metric, arm, day), value) in deltas.OrderBy(pair => pair.Key.Metric, StringComparer.Ordinal).ThenBy(pair => pair.Key.Arm, StringComparer.Ordinal).ThenBy(pair => pair.Key.Day))
        {
            await tx.Db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO metric_days AS t (campaign_id, metric, arm, day, value) VALUES ({campaignId}, {metric}, {arm}, {day}, {value})
                ON CONFLICT (campaign_id, metric, arm, day) DO UPDATE SET value = t.value + excluded.value
                """,
                cancellationToken);
        }
    }

    private static IEnumerable<(string Metric, long Value)> Of(CampaignEvent item, bool isFirst)
    {
        switch (item.Kind)
        {
            case CampaignEventKind.Participation:
                yield return (Metric.Participations, 1);
                if (isFirst)
                    yield return (Metric.Participants, 1);
                break;
            case CampaignEventKind.Conversion:
                yield return (Metric.Conversions, 1);
                yield return (Metric.ConversionValue, item.Value);
                if (GradeOf(item) is { } grade)
                    yield return (Metric.LoansOfGrade(grade), 1);
                if (isFirst)
                    yield return (Metric.Converters, 1);
                break;
            case CampaignEventKind.Cost:
                yield return (Metric.Cost, item.Value);
                break;
            case CampaignEventKind.Complaint:
                yield return (Metric.Complaints, 1);
                break;
            case CampaignEventKind.OptOut:
                yield return (Metric.OptOuts, 1);
                break;
            case CampaignEventKind.Click:
                yield return (Metric.Clicks, 1);
                break;
        }
    }

    private static string? GradeOf(CampaignEvent item)
    {
        if (item.Attributes is null)
            return null;
        using var attributes = System.Text.Json.JsonDocument.Parse(item.Attributes);
        return attributes.RootElement.TryGetProperty("risk_grade", out var grade) && grade.GetString() is { Length: 1 } letter ? letter : null;
    }

    /// <summary>Customers who take part or convert for the first time.</summary>
    private static async Task<HashSet<(CampaignEventKind Kind, long CustomerNo)>> FirstsAsync(WriteTransaction tx, Guid campaignId, IReadOnlyList<CampaignEvent> events, CancellationToken cancellationToken)
    {
        var counted = events.Where(item => item.Kind is CampaignEventKind.Participation or CampaignEventKind.Conversion).Select(item => (item.Kind, item.CustomerNo)).ToHashSet();
        if (counted.Count == 0)
            return counted;
        // Two batches must not both count somebody's first: the campaign's batches take turns.
        if (tx.Dialect == DatabaseDialect.PostgreSql)
            await tx.Db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext({campaignId.ToString()}))", cancellationToken);
        var customers = counted.Select(item => item.CustomerNo).Distinct().ToList();
        var known = await tx.Db.CampaignEvents
            .Where(row => row.CampaignId == campaignId && (row.Kind == CampaignEventKind.Participation || row.Kind == CampaignEventKind.Conversion) && customers.Contains(row.CustomerNo))
            .Select(row => new { row.Kind, row.CustomerNo }).ToListAsync(cancellationToken);
        counted.ExceptWith(known.Select(row => (row.Kind, row.CustomerNo)));
        return counted;
    }

    private static async Task<TimeZoneInfo> ZoneAsync(WriteTransaction tx, Guid campaignId, CancellationToken cancellationToken)
    {
        var brief = (await tx.Db.Campaigns.AsNoTracking().SingleAsync(row => row.Id == campaignId, cancellationToken)).Brief();
        return TimeZoneInfo.FindSystemTimeZoneById(brief.TimeZone);
    }
}
