using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Monitoring;

/// <summary>How often customers of a campaign complained or refused further messages in a period.</summary>
public sealed record FeedbackCount(Guid CampaignId, string Code, string Name, long Complaints, long OptOuts);

/// <summary>One complaint or refusal.</summary>
/// <param name="Customer">The company's own id of the customer; null for events of nobody in particular.</param>
public sealed record FeedbackLine(CampaignEventKind Kind, string? Customer, string Arm, string? Name, string Source, DateTimeOffset At);

/// <summary>Complaints and opt-outs for those who watch them.</summary>
public sealed class Feedback(Database database)
{
    public const int Limit = 100;
    private static readonly CampaignEventKind[] Kinds = [CampaignEventKind.Complaint, CampaignEventKind.OptOut];

    /// <summary>Per campaign, those with the most complaints first.</summary>
    public Task<IReadOnlyList<FeedbackCount>> SinceAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<FeedbackCount>>(
            async (db, token) =>
            {
                var rows = await (
                    from campaign in db.Campaigns
                    where campaign.LaunchedAt != null
                    join happened in db.CampaignEvents on campaign.Id equals happened.CampaignId
                    where Kinds.Contains(happened.Kind) && happened.At >= @from
                    group happened by new { campaign.Id, campaign.Code, campaign.Name, happened.Kind } into grouped
                    select new { grouped.Key, Count = grouped.LongCount() }).ToListAsync(token);
                return [.. rows.GroupBy(row => (row.Key.Id, row.Key.Code, row.Key.Name))
                    .Select(group => new FeedbackCount(
                        group.Key.Id, group.Key.Code, group.Key.Name,
                        group.Where(row => row.Key.Kind == CampaignEventKind.Complaint).Sum(row => row.Count), group.Where(row => row.Key.Kind == CampaignEventKind.OptOut).Sum(row => row.Count)))
                    .OrderByDescending(row => row.Complaints).ThenByDescending(row => row.OptOuts)];
            },
            cancellationToken);

    /// <summary>The newest of a campaign.</summary>
    public Task<IReadOnlyList<FeedbackLine>> OfCampaignAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<FeedbackLine>>(
            async (db, token) =>
            {
                var rows = await db.CampaignEvents.Where(row => row.CampaignId == campaignId && Kinds.Contains(row.Kind)).OrderByDescending(row => row.At).Take(Limit).ToListAsync(token);
                var numbers = rows.Select(row => row.CustomerNo).Where(no => no != 0).Distinct().ToList();
                var customers = await db.Customers.Where(row => numbers.Contains(row.CustomerNo)).ToDictionaryAsync(row => row.CustomerNo, row => row.ExternalId, token);
                return [.. rows.Select(row => new FeedbackLine(row.Kind, customers.GetValueOrDefault(row.CustomerNo), row.Arm, row.Name, row.Source, row.At))];
            },
            cancellationToken);
}
