using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>What came of a reminder.</summary>
/// <param name="Waiting">Customers whose message staff has not sent yet.</param>
/// <param name="Tasks">Staff's tasks that they are in.</param>
/// <param name="Reminded">Tasks whose reminder the provider took.</param>
/// <param name="Refused">Tasks whose reminder the provider refused; they count for nothing.</param>
/// <param name="Unknown">Tasks whose reminder may have been taken; they count.</param>
/// <param name="OverLimit">Tasks that were reminded of as often as allowed, and were left alone.</param>
/// <param name="Members">Who was reminded, by the provider's user ids, as far as the provider says.</param>
public sealed record ReminderResult(long Waiting, int Tasks, int Reminded, int Refused, int Unknown, int OverLimit, IReadOnlyList<string> Members);

/// <summary>
/// Reminds staff of what they must confirm (WeCom 客户群发), of each task as often as a dated rule allows. A reminder is counted before its call and
/// settled by what came of it: a refused one gives its place back, one that may have arrived keeps it, also when the program died in between.
/// </summary>
internal sealed class StaffReminders(Database database, ChannelPool pool, StaffTasks tasks, ReminderLimits limits, AuditChain audit, BusinessClock clock)
{
    private const string Reminded = "staff-reminded";

    public async Task<Outcome<ReminderResult>> RemindAsync(Guid campaignId, Actor actor, CancellationToken cancellationToken)
    {
        var campaign = await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token), cancellationToken);
        if (campaign is null)
            return Refusal.NotFound(campaignId.ToString());
        if (!StaffTasks.MayRemind(campaign, actor))
            return new Refusal("not-your-campaign", StatusCodes.Status403Forbidden);
        var open = await tasks.OpenAsync(campaignId, cancellationToken);
        if (open.Count == 0)
            return Refusal.Conflict("nobody-to-remind");
        var reserved = await database.WriteAsync((tx, token) => ReserveAsync(tx, campaignId, open, actor, token), cancellationToken);
        if (reserved.Refusal is { } refusal)
            return refusal;
        // What was counted is called, also when whoever asked has gone.
        var states = new List<ReminderState>();
        var members = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var reminder in reserved.Value)
        {
            states.Add(await RemindAsync(reminder));
            if (states[^1] == ReminderState.Taken)
                members.UnionWith((await tasks.MembersAsync(reminder.AccountNo, reminder.Ref, cancellationToken) ?? []).Where(member => !member.HasSent).Select(member => member.UserId));
        }
        int Of(ReminderState state) => states.Count(one => one == state);
        var result = new ReminderResult(open.Sum(task => task.Waiting), open.Count, Of(ReminderState.Taken), Of(ReminderState.Refused), Of(ReminderState.Unknown), open.Count - reserved.Value.Count, [.. members]);
        await database.WriteAsync(
            (tx, token) => audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), actor, token, new AuditEntry(Reminded, null, new { result.Waiting, result.Tasks, result.Reminded, result.Refused, result.Unknown, result.OverLimit })), CancellationToken.None);
        return result;
    }

    private async Task<Outcome<List<StaffReminder>>> ReserveAsync(WriteTransaction tx, Guid campaignId, IReadOnlyList<StaffTask> open, Actor actor, CancellationToken cancellationToken)
    {
        // Two people who press at once are counted one after the other.
        await tx.Locked<Campaign>("SELECT * FROM campaigns WHERE id = {0}", campaignId).SingleAsync(cancellationToken);
        var limit = await limits.NowAsync(tx.Db, cancellationToken);
        var now = clock.GetUtcNow();
        var since = now.AddHours(-limit.Hours);
        var before = (await tx.Db.StaffReminders.AsNoTracking().Where(row => row.CampaignId == campaignId && row.At > since && row.State != ReminderState.Refused).Select(row => new { row.AccountNo, row.Ref }).ToListAsync(cancellationToken))
            .ToLookup(row => (row.AccountNo, row.Ref));
        List<StaffReminder> reserved = [.. open.Where(task => before[(task.Account.No, task.Ref)].Count() < limit.Times)
            .Select(task => new StaffReminder { CampaignId = campaignId, AccountNo = task.Account.No, Ref = task.Ref, By = actor.UserName, At = now, State = ReminderState.Reserved })];
        if (reserved.Count == 0)
            return Refusal.Conflict("reminded-enough", limit.Times, limit.Hours);
        tx.Db.AddRange(reserved);
        await tx.Db.SaveChangesAsync(cancellationToken);
        return reserved;
    }

    private async Task<ReminderState> RemindAsync(StaffReminder reminder)
    {
        var account = await database.ReadAsync((db, token) => db.ChannelAccounts.SingleAsync(row => row.No == reminder.AccountNo, token), CancellationToken.None);
        var (state, detail) = pool.For(account) is IStaffTasks staff ? Settled(await CallAsync(staff, reminder.Ref)) : (ReminderState.Refused, null);
        await database.WriteAsync(
            (tx, token) => tx.Db.StaffReminders.Where(row => row.Id == reminder.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, state).SetProperty(row => row.Detail, detail), token), CancellationToken.None);
        return state;
    }

    private static async Task<Delivery> CallAsync(IStaffTasks staff, string reference)
    {
        try
        {
            return await staff.RemindAsync(reference, CancellationToken.None);
        }
        catch (Exception exception)
        {
            return new Delivery.Ambiguous(exception.Message);
        }
    }

    private static (ReminderState State, string? Detail) Settled(Delivery verdict) => verdict switch
    {
        Delivery.Accepted => (ReminderState.Taken, null),
        Delivery.Ambiguous => (ReminderState.Unknown, verdict.ProviderText),
        _ => (ReminderState.Refused, DeliveryNames.Detail(verdict)),
    };
}
