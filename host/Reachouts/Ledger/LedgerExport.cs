using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Which messages to export; null: all.</summary>
public sealed record ExportFilter(string? Phase = null, MessageState? State = null);

/// <summary>
/// Writes the ledger of a campaign as CSV (RFC 4180, UTF-8), a slice at a time: memory does not grow with the campaign. Addresses are masked, and a
/// cell that a spreadsheet would take for a formula is quoted with an apostrophe. Of dropped months it has what a legal hold kept apart.
/// </summary>
internal sealed class LedgerExport(Database database, CustomerFeed feed)
{
    private const int SliceRows = 1_000;
    private const decimal Micros = 1_000_000m;
    private const string Header = "message,phase,occurrence,due,step,variant,customer,channel,address,account,state,reason,attempts,cost,not_before,changed_at\r\n";

    /// <summary>How many rows it will be, by the counters: of a running reach-out, as many as now.</summary>
    public Task<long> CountAsync(Guid campaignId, ExportFilter filter, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => await (
                from count in db.MessageCounts
                join occurrence in db.Occurrences on count.OccurrenceId equals occurrence.Id
                join reachout in db.Reachouts on occurrence.ReachoutId equals reachout.Id
                where occurrence.CampaignId == campaignId && occurrence.Kept == null && (filter.Phase == null || reachout.Phase == filter.Phase) && (filter.State == null || count.State == filter.State)
                select count.Count).SumAsync(token)
                + await (
                    from message in db.HeldMessages
                    join occurrence in db.Occurrences on message.OccurrenceId equals occurrence.Id
                    join reachout in db.Reachouts on occurrence.ReachoutId equals reachout.Id
                    where occurrence.CampaignId == campaignId && (filter.Phase == null || reachout.Phase == filter.Phase) && (filter.State == null || message.State == filter.State)
                    select message).LongCountAsync(token),
            cancellationToken);

    public async Task WriteAsync(Guid campaignId, ExportFilter filter, PipeWriter output, CancellationToken cancellationToken)
    {
        // The mark tells spreadsheets that it is UTF-8.
        await output.WriteAsync(Encoding.UTF8.GetBytes("\uFEFF" + Header), cancellationToken);
        var occurrences = await database.ReadAsync(
            (db, token) => (
                from occurrence in db.Occurrences
                join reachout in db.Reachouts on occurrence.ReachoutId equals reachout.Id
                where occurrence.CampaignId == campaignId && (filter.Phase == null || reachout.Phase == filter.Phase)
                orderby occurrence.Id
                select new { occurrence.Id, occurrence.Due, reachout.Phase, IsDropped = occurrence.Kept != null }).ToListAsync(token),
            cancellationToken);
        foreach (var occurrence in occurrences)
        {
            foreach (var source in occurrence.IsDropped ? new[] { false, true } : [false])
            {
                (long Customer, short Step)? after = (0, -1);
                while (after is { } from)
                    after = await WriteSliceAsync(occurrence.Id, source, occurrence.Phase, occurrence.Due, from, filter.State, output, cancellationToken);
            }
        }
    }

    /// <returns>Where the next slice begins; null: that was the last.</returns>
    private async Task<(long Customer, short Step)?> WriteSliceAsync(
        long occurrenceId, bool keptApart, string phase, DateTimeOffset due, (long Customer, short Step) after, MessageState? state, PipeWriter output, CancellationToken cancellationToken)
    {
        var (rows, customers) = await database.ReadAsync(
            async (db, token) =>
            {
                var slice = await (keptApart ? MessageQueries.KeptApart(db) : db.Messages)
                    .Where(row => row.OccurrenceId == occurrenceId && (row.CustomerNo > after.Customer || (row.CustomerNo == after.Customer && row.Step > after.Step)) && (state == null || row.State == state))
                    .OrderBy(row => row.CustomerNo).ThenBy(row => row.Step).Take(SliceRows).ToListAsync(token);
                await db.Database.OpenConnectionAsync(token);
                var found = await feed.ReadAsync(db.Database.GetDbConnection(), null, [.. slice.Select(row => row.CustomerNo).Distinct()], token);
                return (slice, found.ToDictionary(customer => customer.CustomerNo));
            },
            cancellationToken);
        var text = new StringBuilder();
        foreach (var row in rows)
            Append(text, row, phase, due, customers.GetValueOrDefault(row.CustomerNo));
        await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
        return rows.Count < SliceRows ? null : (rows[^1].CustomerNo, rows[^1].Step);
    }

    private static void Append(StringBuilder text, Message row, string phase, DateTimeOffset due, FeedCustomer? customer)
    {
        var kind = LedgerChannel.Kind(row.Channel);
        string?[] cells =
        [
            new MessageId(row.OccurrenceId, row.CustomerNo, row.Step).ToString(), phase, Text(row.OccurrenceId), Time(due.ToUnixTimeMilliseconds()), Text(row.Step),
            row.Variant == 0 ? null : Text(row.Variant), customer?.ExternalId, LedgerChannel.Name(row.Channel), Masked(kind, customer), row.AccountNo == 0 ? null : Text(row.AccountNo),
            row.State.ToString(), row.Reason == SkipReason.None ? null : row.Reason.ToString(), Text(row.Attempt), (row.Cost / Micros).ToString(CultureInfo.InvariantCulture), row.DueAt == 0 ? null : Time(row.DueAt), Time(row.ChangedAt),
        ];
        text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
    }

    private static string? Masked(ChannelKind? kind, FeedCustomer? customer) =>
        kind is { } known && customer?.Address(known) is { } address ? CustomerAddresses.Mask(known, address) : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        var safe = value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
