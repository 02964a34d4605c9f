using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Which messages of a campaign to list; null or empty takes all.</summary>
/// <param name="After">Where the page before ended: <see cref="MessageLine.Cursor"/>.</param>
public sealed record MessageFilter(string? Phase = null, string? Channel = null, IReadOnlyList<MessageState>? States = null, SkipReason? Reason = null, string? After = null);

/// <summary>One message of the ledger.</summary>
/// <param name="Customer">The company's own id of the customer; null when they are gone.</param>
public sealed record MessageLine(long OccurrenceId, long CustomerNo, short Step, string PhaseName, string? Customer, MessageState State, SkipReason Reason, string? Channel, int Attempts, DateTimeOffset? ChangedAt)
{
    public string Cursor => string.Create(CultureInfo.InvariantCulture, $"{OccurrenceId}.{CustomerNo}.{Step}");
}

/// <summary>
/// Lists the messages behind a figure, in the ledger's own order. Read in slices along the primary key, so a rare state is found without an index
/// on the state and a page costs no more than what it passes.
/// </summary>
public sealed class MessageQueries(Database database)
{
    public const int PageSize = 50;

    public Task<IReadOnlyList<MessageLine>> ListAsync(Guid campaignId, MessageFilter filter, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MessageLine>>(
            async (db, token) =>
            {
                var names = await (
                    from occurrence in db.Occurrences
                    join reachout in db.Reachouts on occurrence.ReachoutId equals reachout.Id
                    where occurrence.CampaignId == campaignId && (filter.Phase == null || reachout.Phase == filter.Phase)
                    select new { occurrence.Id, reachout.Name, IsDropped = occurrence.Kept != null }).ToDictionaryAsync(row => row.Id, token);
                var lines = new List<MessageLine>();
                foreach (var occurrence in names.Keys.Order())
                {
                    if (lines.Count < PageSize)
                        lines.AddRange(await PageAsync(db, names[occurrence].IsDropped ? KeptApart(db) : db.Messages, occurrence, names[occurrence].Name, filter, PageSize - lines.Count, token));
                }
                return lines;
            },
            cancellationToken);

    /// <summary>What legal holds kept of dropped months, in the form of messages.</summary>
    internal static IQueryable<Message> KeptApart(OrchestratorDb db) => db.HeldMessages.Select(row => new Message
    {
        OccurrenceId = row.OccurrenceId, CustomerNo = row.CustomerNo, Step = row.Step, State = row.State, Reason = row.Reason, Channel = row.Channel, AccountNo = row.AccountNo,
        Attempt = row.Attempt, DueAt = row.DueAt, ChangedAt = row.ChangedAt, Cost = row.Cost, Variant = row.Variant,
    });

    private static async Task<IEnumerable<MessageLine>> PageAsync(OrchestratorDb db, IQueryable<Message> messages, long occurrence, string name, MessageFilter filter, int count, CancellationToken cancellationToken)
    {
        var rows = messages.Where(row => row.OccurrenceId == occurrence);
        if (After(filter.After) is var (lastOccurrence, lastCustomer, lastStep) && occurrence <= lastOccurrence)
        {
            if (occurrence < lastOccurrence)
                return [];
            rows = rows.Where(row => row.CustomerNo > lastCustomer || (row.CustomerNo == lastCustomer && row.Step > lastStep));
        }
        if (filter.States is { Count: > 0 } states)
            rows = rows.Where(row => states.Contains(row.State));
        if (filter.Reason is { } reason)
            rows = rows.Where(row => row.Reason == reason);
        if (filter.Channel is { } channel && ChannelNames.TryParse(channel) is { } kind)
        {
            var no = LedgerChannel.Of(kind);
            rows = rows.Where(row => row.Channel == no);
        }
        var page = await rows.OrderBy(row => row.CustomerNo).ThenBy(row => row.Step).Take(count).ToListAsync(cancellationToken);
        var numbers = page.Select(row => row.CustomerNo).Distinct().ToList();
        var customers = await db.Customers.Where(row => numbers.Contains(row.CustomerNo)).ToDictionaryAsync(row => row.CustomerNo, row => row.ExternalId, cancellationToken);
        return page.Select(row => new MessageLine(
            occurrence, row.CustomerNo, row.Step, name, customers.GetValueOrDefault(row.CustomerNo), row.State, row.Reason, LedgerChannel.Name(row.Channel), row.Attempt,
            row.ChangedAt > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(row.ChangedAt) : null));
    }

    private static (long Occurrence, long Customer, short Step)? After(string? cursor) =>
        cursor?.Split('.') is [var occurrence, var customer, var step]
        && long.TryParse(occurrence, CultureInfo.InvariantCulture, out var a) && long.TryParse(customer, CultureInfo.InvariantCulture, out var b) && short.TryParse(step, CultureInfo.InvariantCulture, out var c)
            ? (a, b, c) : null;
}
