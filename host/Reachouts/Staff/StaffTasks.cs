using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>A task that staff has at the provider, with the customers whose message is not out yet.</summary>
internal sealed record StaffTask(ChannelAccount Account, string Ref, IReadOnlyList<WaitingMessage> Messages)
{
    public long Waiting => Messages.Count;
}

/// <summary>A task of staff's as people see it.</summary>
/// <param name="Members">Who has it, by the provider's user ids; null: not asked, or the provider gave no answer.</param>
/// <param name="Reminders">How often it was reminded of within the rule's hours.</param>
/// <param name="MayBeReminded">The rule allows one more.</param>
public sealed record StaffTaskView(string Account, string Ref, long Waiting, IReadOnlyList<StaffMember>? Members, int Reminders, bool MayBeReminded, IReadOnlyList<ReminderView> History);

/// <summary>A reminder as people see it.</summary>
public sealed record ReminderView(DateTimeOffset At, string By, ReminderState State, string? Detail);

/// <summary>What of a campaign waits for staff to send it (WeCom 客户群发).</summary>
internal sealed class StaffTasks(Database database, ChannelPool pool, PollResults results, ReminderLimits limits, BusinessClock clock)
{
    public static bool MayRemind(Campaign campaign, Actor actor) => campaign.Owner == actor.UserName || actor.IsAny(Role.BusinessHead, Role.Platform);

    public async Task<IReadOnlyList<StaffTask>> OpenAsync(Guid campaignId, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - PollResults.Window;
        return await database.ReadAsync<IReadOnlyList<StaffTask>>(
            async (db, token) =>
            {
                var accounts = (await db.ChannelAccounts.Where(row => !row.IsDisabled && row.Mode == AccountMode.Live).OrderBy(row => row.No).ToListAsync(token)).Where(PollResults.WaitsForStaff).ToList();
                if (accounts.Count == 0)
                    return [];
                var own = await db.Occurrences.Where(row => row.CampaignId == campaignId).Select(row => row.Id).ToHashSetAsync(token);
                var open = new List<StaffTask>();
                foreach (var account in accounts)
                    open.AddRange((await PollResults.WaitingAsync(db, account.No, since, token)).Where(message => own.Contains(message.OccurrenceId)).GroupBy(message => message.Ref).Select(task => new StaffTask(account, task.Key, [.. task])));
                return open;
            },
            cancellationToken);
    }

    /// <summary>What waits, and how often it was reminded of; the provider is not asked.</summary>
    public async Task<IReadOnlyList<StaffTaskView>> ListAsync(Guid campaignId, CancellationToken cancellationToken) => await ViewAsync(campaignId, await OpenAsync(campaignId, cancellationToken), null, cancellationToken);

    /// <summary>Asks the provider what staff has sent meanwhile, applies it like receipts, and says who still has which task.</summary>
    public async Task<Outcome<List<StaffTaskView>>> AskAsync(Guid campaignId, Actor actor, CancellationToken cancellationToken)
    {
        var campaign = await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token), cancellationToken);
        if (campaign is null)
            return Refusal.NotFound(campaignId.ToString());
        if (!MayRemind(campaign, actor))
            return new Refusal("not-your-campaign", StatusCodes.Status403Forbidden);
        foreach (var task in await OpenAsync(campaignId, cancellationToken))
        {
            if (pool.For(task.Account) is IStatusQuery query)
                await results.AskAsync(task.Account, query, task.Messages, cancellationToken);
        }
        var open = await OpenAsync(campaignId, cancellationToken);
        var members = new Dictionary<string, IReadOnlyList<StaffMember>?>();
        foreach (var task in open)
            members[task.Ref] = await MembersAsync(task.Account.No, task.Ref, cancellationToken);
        return await ViewAsync(campaignId, open, members, cancellationToken);
    }

    /// <summary>Who has a task; null: the provider does not say now.</summary>
    public async Task<IReadOnlyList<StaffMember>?> MembersAsync(int accountNo, string reference, CancellationToken cancellationToken) =>
        await pool.FindAsync(accountNo, cancellationToken) is IStaffTasks staff ? await staff.MembersAsync(reference, cancellationToken) : null;

    private async Task<List<StaffTaskView>> ViewAsync(Guid campaignId, IReadOnlyList<StaffTask> open, IReadOnlyDictionary<string, IReadOnlyList<StaffMember>?>? members, CancellationToken cancellationToken)
    {
        if (open.Count == 0)
            return [];
        var (reminders, limit) = await database.ReadAsync(
            async (db, token) => (await db.StaffReminders.Where(row => row.CampaignId == campaignId).OrderByDescending(row => row.At).ToListAsync(token), await limits.NowAsync(db, token)), cancellationToken);
        var since = clock.GetUtcNow().AddHours(-limit.Hours);
        var byTask = reminders.ToLookup(row => (row.AccountNo, row.Ref));
        return [.. open.Select(task =>
        {
            var history = byTask[(task.Account.No, task.Ref)].ToList();
            var counted = history.Count(row => row.At > since && row.State != ReminderState.Refused);
            return new StaffTaskView(task.Account.Name, task.Ref, task.Waiting, members?.GetValueOrDefault(task.Ref), counted, counted < limit.Times, history.ConvertAll(row => new ReminderView(row.At, row.By, row.State, row.Detail)));
        })];
    }
}
