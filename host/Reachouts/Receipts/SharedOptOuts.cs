using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Payload: whose link it was, and the look-up hash of the phone number that was typed.</summary>
internal sealed record SharedOptOutWork(long OccurrenceId, ChannelKind Channel, Purpose Purpose, string PhoneHash);

/// <summary>
/// Opt-outs by a link that many share: the customer types the phone number on file. Whoever asks is told the same at once, and only afterwards is it
/// looked up whose number it is: neither words nor time tell whether it is known. It concerns only customers to whom that very sending went.
/// </summary>
internal sealed class SharedOptOuts(Database database, CustomerAddresses addresses, Consents consents, CampaignEvents events, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "shared-opt-out";
    private const string Source = "shared-unsubscribe-link";

    public string Kind => WorkKind;

    /// <returns>False: that is no phone number at all.</returns>
    public async Task<bool> AskAsync(UnsubscribeTarget target, string phone, CancellationToken cancellationToken)
    {
        if (CustomerAddresses.Normalise(ChannelKind.Sms, phone) is not { } normalised)
            return false;
        var work = new SharedOptOutWork(target.OccurrenceId, target.Channel, target.Purpose, addresses.Hash(ChannelKind.Sms, normalised));
        var key = FormattableString.Invariant($"{work.OccurrenceId}:{(int)work.Channel}:{(int)work.Purpose}:{work.PhoneHash}");
        await database.WriteAsync((tx, token) => schedule.EnqueueAsync(tx, new NewWork(WorkKind, key, clock.GetUtcNow(), work), token), cancellationToken);
        return true;
    }

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<SharedOptOutWork>(item.Payload, JsonDefaults.Options)!;
        await database.WriteAsync(
            async (tx, token) =>
            {
                await schedule.CompleteAsync(tx, item, token);
                foreach (var customer in await tx.Db.Customers.Where(row => row.PhoneHash == work.PhoneHash).OrderBy(row => row.CustomerNo).Select(row => row.CustomerNo).ToListAsync(token))
                    await OptOutAsync(tx, work, customer, token);
            },
            cancellationToken);
    }

    private async Task OptOutAsync(WriteTransaction tx, SharedOptOutWork work, long customer, CancellationToken cancellationToken)
    {
        var sent = tx.Db.Messages.Where(row => row.OccurrenceId == work.OccurrenceId);
        // Of a month that was dropped nobody knows any more who got it: the number alone must do.
        if (!await sent.AnyAsync(row => row.CustomerNo == customer, cancellationToken) && await sent.AnyAsync(cancellationToken))
            return;
        var message = new MessageId(work.OccurrenceId, customer, 0);
        await consents.OptOutAsync(tx, customer, new OptOut(Source, message.ToString(), work.Channel, work.Purpose), Actor.System, cancellationToken);
        await events.NoteAsync(tx, message, CampaignEventKind.OptOut, cancellationToken);
    }
}
