using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>A question that a campaign's sending asks, with the names of what it is about.</summary>
/// <param name="Reachout">Null: it is about none that there is.</param>
/// <param name="Due">When its firing was due.</param>
public sealed record OpenQuestion(Incident Incident, Guid CampaignId, string CampaignName, string Owner, string? Reachout, DateTimeOffset? Due)
{
    public IReadOnlyList<string> Choices => Incident.Choices!.Split(' ');

    /// <summary>As the API: the campaign's owner, and who steers every campaign.</summary>
    public bool MayAnswer(Actor actor) => Owner == actor.UserName || actor.IsAny(Role.BusinessHead, Role.Platform);
}

/// <summary>Open questions of campaigns: of one, and of those that a person owns or may answer for.</summary>
public sealed class OpenQuestions(Database database)
{
    public Task<IReadOnlyList<OpenQuestion>> OfCampaignAsync(Guid campaignId, CancellationToken cancellationToken) =>
        ListAsync(campaign => campaign.Where(row => row.Id == campaignId), cancellationToken);

    public Task<IReadOnlyList<OpenQuestion>> OfOwnerAsync(string owner, CancellationToken cancellationToken) =>
        ListAsync(campaign => campaign.Where(row => row.Owner == owner), cancellationToken);

    /// <summary>Those of other people's campaigns.</summary>
    public Task<IReadOnlyList<OpenQuestion>> OfOthersAsync(string user, CancellationToken cancellationToken) =>
        ListAsync(campaign => campaign.Where(row => row.Owner != user), cancellationToken);

    public Task<int> CountOfOwnerAsync(string owner, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => db.Incidents.Where(row => row.ClosedAt == null && row.Choices != null).Join(db.Campaigns, row => row.CampaignId, row => row.Id, (_, campaign) => campaign.Owner).CountAsync(name => name == owner, token),
            cancellationToken);

    private Task<IReadOnlyList<OpenQuestion>> ListAsync(Func<IQueryable<Campaign>, IQueryable<Campaign>> campaigns, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OpenQuestion>>(
            async (db, token) =>
            {
                var rows = await (
                    from incident in db.Incidents
                    join campaign in campaigns(db.Campaigns) on incident.CampaignId equals campaign.Id
                    where incident.ClosedAt == null && incident.Choices != null
                    orderby incident.RaisedAt
                    select new { incident, campaign.Id, campaign.Name, campaign.Owner }).ToListAsync(token);
                var questions = new List<OpenQuestion>();
                foreach (var row in rows)
                {
                    var (reachout, due) = await AboutAsync(db, row.incident, token);
                    questions.Add(new OpenQuestion(row.incident, row.Id, row.Name, row.Owner, reachout, due));
                }
                return questions;
            },
            cancellationToken);

    // Questions are few; the work that asks says which firing, or which reach-out.
    private static async Task<(string? Reachout, DateTimeOffset? Due)> AboutAsync(OrchestratorDb db, Incident incident, CancellationToken cancellationToken)
    {
        if (incident.RetryPayload is null)
            return (null, null);
        using var payload = JsonDocument.Parse(incident.RetryPayload);
        if (payload.RootElement.TryGetProperty("occurrenceId", out var occurrence) && occurrence.TryGetInt64(out var no))
        {
            var found = await db.Occurrences.Where(row => row.Id == no).Join(db.Reachouts, row => row.ReachoutId, row => row.Id, (firing, reachout) => new { reachout.Name, firing.Due }).SingleOrDefaultAsync(cancellationToken);
            return (found?.Name, found?.Due);
        }
        return payload.RootElement.TryGetProperty("reachoutId", out var id) && id.TryGetGuid(out var one)
            ? (await db.Reachouts.Where(row => row.Id == one).Select(row => row.Name).SingleOrDefaultAsync(cancellationToken), null)
            : (null, null);
    }
}
