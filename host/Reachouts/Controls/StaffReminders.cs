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
public sealed record ReminderResult(long Waiting, int Tasks, int Reminded);

/// <summary>Reminds staff of what they must confirm (WeCom 客户群发): at most three times a day per campaign, as the provider allows.</summary>
internal sealed class StaffReminders(Database database, ChannelPool pool, AuditChain audit, BusinessClock clock)
{
    private const int PerDay = 3;
    private const string Reminded = "staff-reminded";

    public async Task<Outcome<ReminderResult>> RemindAsync(Guid campaignId, Actor actor, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow().AddDays(-1);
        var chain = AuditChain.ForCampaign(campaignId);
        var (campaign, own, before, accounts) = await database.ReadAsync(
            async (db, token) => (
                await db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token),
                await db.Occurrences.Where(row => row.CampaignId == campaignId).Select(row => row.Id).ToHashSetAsync(token),
                await db.AuditEvents.CountAsync(row => row.Chain == chain && row.Type == Reminded && row.At > since, token),
                await db.ChannelAccounts.Where(row => !row.IsDisabled && row.Mode == AccountMode.Live).OrderBy(row => row.No).ToListAsync(token)),
            cancellationToken);
        if (campaign is null)
            return Refusal.NotFound(campaignId.ToString());
        if (campaign.Owner != actor.UserName && !actor.IsAny(Role.BusinessHead, Role.Platform))
            return new Refusal("not-your-campaign", StatusCodes.Status403Forbidden);
        if (before >= PerDay)
            return Refusal.Conflict("reminded-enough", PerDay);
        var (waiting, tasks, taken) = (0L, 0, 0);
        foreach (var account in accounts.Where(PollResults.WaitsForStaff))
        {
            if (pool.For(account) is not IRecall recall)
                continue;
            var all = await database.ReadAsync((db, token) => PollResults.WaitingAsync(db, account.No, clock.GetUtcNow() - PollResults.Window, token), cancellationToken);
            var messages = all.Where(message => own.Contains(message.OccurrenceId)).ToList();
            var refs = messages.Select(message => message.Ref).Distinct().ToList();
            (waiting, tasks) = (waiting + messages.Count, tasks + refs.Count);
            if (refs.Count > 0)
                taken += (await recall.RemindAsync(refs, cancellationToken)).Count;
        }
        if (tasks == 0)
            return Refusal.Conflict("nobody-to-remind");
        await database.WriteAsync((tx, token) => audit.AppendAsync(tx, chain, actor, token, new AuditEntry(Reminded, null, new { waiting, tasks, reminded = taken })), cancellationToken);
        return new ReminderResult(waiting, tasks, taken);
    }
}
