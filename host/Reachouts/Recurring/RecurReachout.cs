using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Payload of a recurring reach-out's trigger.</summary>
internal sealed record RecurWork(Guid ReachoutId);

/// <summary>Each time a recurring reach-out fires: an occurrence with an id of its own, whose audience is evaluated next. Outside of its dates nothing happens.</summary>
internal sealed class RecurReachout(Database database, OccurrenceIds ids, RecurringTriggers triggers, WorkSchedule schedule) : IWorkHandler
{
    public const string WorkKind = "recur-reachout";

    public string Kind => WorkKind;

    public static string TriggerKey(Guid reachoutId) => $"reachout:{reachoutId:N}";

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<RecurWork>(item.Payload, JsonDefaults.Options)!;
        var at = DateTimeOffset.ParseExact(item.Key[(item.Key.LastIndexOf('@') + 1)..], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return database.WriteAsync(
            async (tx, token) =>
            {
                await FireAsync(tx, work.ReachoutId, at, token);
                await schedule.CompleteAsync(tx, item, token);
            },
            cancellationToken);
    }

    private async Task FireAsync(WriteTransaction tx, Guid reachoutId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await tx.Locked<Reachout>("SELECT * FROM reachouts WHERE id = {0}", reachoutId).SingleOrDefaultAsync(cancellationToken) is not { } reachout)
        {
            await triggers.RemoveAsync(tx, TriggerKey(reachoutId), cancellationToken);
            return;
        }
        var spec = Experiments.SpecOf(reachout);
        var nominal = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(RecurrenceCron.ZoneOf(spec.Brief, spec.Phase)));
        var day = DateOnly.FromDateTime(nominal.DateTime);
        if (day < spec.Phase.Date)
            return;
        if (day > RecurrenceCron.LastDay(spec.Brief, spec.Phase) || !RecurrenceCron.IsMoment(spec.Brief, spec.Phase, at) || await IsOverAsync(tx, reachout, cancellationToken))
        {
            await EndAsync(tx, reachout, cancellationToken);
            return;
        }
        var (due, latest) = SendTiming.Span(spec.Brief, spec.Phase, nominal);
        reachout.State = ReachoutState.Running;
        await tx.Db.SaveChangesAsync(cancellationToken);
        var id = await ids.AllocateAsync(tx, reachout, due, latest, hasOwnAudience: true, cancellationToken);
        await MessageBudgets.SetAsync(tx, reachout.CampaignId, spec.Brief, cancellationToken);
        await schedule.EnqueueAsync(tx, new NewWork(EvaluateOccurrence.WorkKind, ReachoutPlans.WorkKey(id), at, new OccurrenceWork(id), reachout.CampaignId), cancellationToken);
    }

    private static async Task<bool> IsOverAsync(WriteTransaction tx, Reachout reachout, CancellationToken cancellationToken)
    {
        var scope = ControlScope.Campaign(reachout.CampaignId).Key;
        return await tx.Db.SendControls.AnyAsync(row => row.Scope == scope && row.StoppedBy != null, cancellationToken)
            || CampaignStatus.IsOver(await tx.Db.Campaigns.Where(row => row.Id == reachout.CampaignId).Select(row => row.Status).SingleAsync(cancellationToken));
    }

    private async Task EndAsync(WriteTransaction tx, Reachout reachout, CancellationToken cancellationToken)
    {
        await triggers.RemoveAsync(tx, TriggerKey(reachout.Id), cancellationToken);
        if (!await tx.Db.Occurrences.AnyAsync(row => row.ReachoutId == reachout.Id && (row.State == ReachoutState.Running || row.State == ReachoutState.Scheduled), cancellationToken))
            reachout.State = ReachoutState.Completed;
    }
}
