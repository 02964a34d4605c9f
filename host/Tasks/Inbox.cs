using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Tasks;

/// <summary>How many tasks wait in each part of an inbox.</summary>
public sealed record InboxCounts(int Mine, int Open, int Overdue);

/// <summary>The inbox 待办: mine, open to my roles, done by me. Lists are by due time, those without one last.</summary>
public sealed class Inbox(Database database, BusinessClock clock)
{
    public const int Limit = 200;

    public Task<IReadOnlyList<TaskView>> MineAsync(Actor actor, CancellationToken cancellationToken) =>
        ListAsync(db => db.Tasks.Where(row => row.State == TaskState.Open && row.Assignee == actor.UserName), cancellationToken);

    public Task<IReadOnlyList<TaskView>> OpenAsync(Actor actor, CancellationToken cancellationToken) =>
        ListAsync(db => Candidates(db, actor), cancellationToken);

    /// <summary>Open tasks of the campaigns that somebody owns, whoever has to do them.</summary>
    public Task<IReadOnlyList<TaskView>> OfOwnerAsync(string owner, CancellationToken cancellationToken) =>
        ListAsync(db => db.Tasks.Where(row => row.State == TaskState.Open && db.Campaigns.Any(campaign => campaign.Id == row.CampaignId && campaign.Owner == owner)), cancellationToken);

    /// <summary>Open tasks of one element of the SOPs, in all campaigns.</summary>
    public Task<IReadOnlyList<TaskView>> OfElementAsync(string elementId, CancellationToken cancellationToken) =>
        ListAsync(db => db.Tasks.Where(row => row.State == TaskState.Open && row.ElementId == elementId), cancellationToken);

    public Task<IReadOnlyList<TaskView>> DoneAsync(Actor actor, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => await ShowAsync(db, db.Tasks.Where(row => row.State == TaskState.Done && row.CompletedBy == actor.UserName).OrderByDescending(row => row.CompletedAt).Take(Limit), token),
            cancellationToken);

    public Task<IReadOnlyList<TaskView>> OfCampaignAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => await ShowAsync(db, db.Tasks.Where(row => row.CampaignId == campaignId).OrderBy(row => row.CreatedAt).ThenBy(row => row.Id), token),
            cancellationToken);

    public Task<TaskView?> FindAsync(Guid taskId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => (await ShowAsync(db, db.Tasks.Where(row => row.Id == taskId), token)).SingleOrDefault(),
            cancellationToken);

    public Task<InboxCounts> CountAsync(Actor actor, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var now = clock.GetUtcNow();
                var mine = db.Tasks.Where(row => row.State == TaskState.Open && row.Assignee == actor.UserName);
                return new InboxCounts(
                    await mine.CountAsync(token),
                    await Candidates(db, actor).CountAsync(token),
                    await mine.CountAsync(row => row.Due < now, token) + await Candidates(db, actor).CountAsync(row => row.Due < now, token));
            },
            cancellationToken);

    private static IQueryable<ProcessTask> Candidates(OrchestratorDb db, Actor actor)
    {
        var roles = actor.Roles.ToList();
        return db.Tasks.Where(row => row.State == TaskState.Open && row.Assignee == null
            && (row.CandidateRoles.Any(role => roles.Contains(role)) || row.CandidateUsers.Contains(actor.UserName)));
    }

    // Two reads instead of one order with the undated last: each follows an index, however many tasks are open.
    private Task<IReadOnlyList<TaskView>> ListAsync(Func<OrchestratorDb, IQueryable<ProcessTask>> query, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<TaskView>>(
            async (db, token) =>
            {
                var dated = await ShowAsync(db, query(db).Where(row => row.Due != null).OrderBy(row => row.Due).ThenBy(row => row.Id).Take(Limit), token);
                return dated.Count == Limit ? dated : [.. dated, .. await ShowAsync(db, query(db).Where(row => row.Due == null).OrderBy(row => row.Id).Take(Limit - dated.Count), token)];
            },
            cancellationToken);

    private async Task<IReadOnlyList<TaskView>> ShowAsync(OrchestratorDb db, IQueryable<ProcessTask> query, CancellationToken cancellationToken)
    {
        var tasks = await query.ToListAsync(cancellationToken);
        var ids = tasks.Select(task => task.CampaignId).Distinct().ToList();
        var campaigns = await db.Campaigns.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        var now = clock.GetUtcNow();
        return [.. tasks.Select(task => TaskView.From(task, campaigns[task.CampaignId], now))];
    }
}
