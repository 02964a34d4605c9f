using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What became of a receipt.</summary>
/// <param name="IsFound">It tells of a message, or of a job of many.</param>
/// <param name="Message">The one message; null where there are many.</param>
internal readonly record struct ReceiptMatch(bool IsFound, MessageId? Message);

/// <summary>
/// Applies receipts to the ledger, many at a time. Monotonic: reports come late, twice and out of order, and "arrived" beats everything; a report
/// about an earlier attempt can prove that the customer has the message, never that a later attempt failed.
/// </summary>
internal sealed class ReceiptApplier(Database database, Ledger ledger, ReceiptTargets targets, AddressRefusals refusals, CampaignEvents events, StepEvents steps)
{
    public Task<IReadOnlyList<ReceiptMatch>> ApplyAsync(ChannelAccount account, IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => ApplyAsync(tx, account, receipts, token), cancellationToken);

    /// <returns>For each receipt what it was found to tell of.</returns>
    public async Task<IReadOnlyList<ReceiptMatch>> ApplyAsync(WriteTransaction tx, ChannelAccount account, IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken)
    {
        var matched = new ReceiptMatch[receipts.Count];
        foreach (var occurrence in (await targets.FindAsync(tx, account, receipts, cancellationToken)).GroupBy(target => target.Id.OccurrenceId).OrderBy(group => group.Key))
        {
            var rows = (await ledger.LockAsync(tx, occurrence.Key, [.. occurrence.Select(target => target.Id.CustomerNo).Distinct()], cancellationToken))
                .ToDictionary(row => (row.CustomerNo, row.Step));
            await ApplyToOccurrenceAsync(tx, account, receipts, [.. occurrence], rows, matched, cancellationToken);
        }
        return matched;
    }

    private async Task ApplyToOccurrenceAsync(
        WriteTransaction tx, ChannelAccount account, IReadOnlyList<Receipt> receipts, List<ReceiptTarget> hits, Dictionary<(long, short), DueRow> rows, ReceiptMatch[] matched, CancellationToken cancellationToken)
    {
        var moves = new Dictionary<(long, short), (DueRow From, MessageState To, SkipReason Reason)>();
        var issues = new List<SettleRow>();
        var closed = new List<SettleRow>();
        foreach (var target in hits)
        {
            if (!rows.TryGetValue((target.Id.CustomerNo, target.Id.Step), out var row) || row.Attempt == 0)
                continue;
            var receipt = receipts[target.Receipt];
            matched[target.Receipt] = new ReceiptMatch(true, receipt.IsWholeJob ? null : target.Id);
            var key = (row.CustomerNo, row.Step);
            var current = moves.TryGetValue(key, out var move) ? move.To : row.State;
            var attempt = (short)(target.Attempt ?? row.Attempt);
            SettleRow Settled(MessageState state, SkipReason reason) => new(row.CustomerNo, row.Step, attempt, row.Channel, account.No, state, reason);
            if (Advance(current, receipt, isPresent: attempt == row.Attempt) is { } next)
            {
                moves[key] = (row, next.State, next.Reason);
                if (next.State is MessageState.Failed or MessageState.Expired)
                    issues.Add(Settled(next.State, next.Reason) with { Code = receipt.Code, Text = receipt.Text });
            }
            else if (receipt is { IsWholeJob: true, Status: ReceiptStatus.Accepted } && current == MessageState.Accepted)
            {
                // Some of the job's customers have it: which ones nobody can say, but that it is so stands in each one's history.
                issues.Add(Settled(current, SkipReason.None) with { Code = receipt.Code, Text = receipt.Text });
            }
            closed.Add(Settled(moves.TryGetValue(key, out var last) ? last.To : row.State, SkipReason.None));
            if (receipt.Effect != AddressEffect.None)
                await ApplyEffectAsync(tx, account, receipt, target.Id, cancellationToken);
        }
        var occurrenceId = hits[0].Id.OccurrenceId;
        await ledger.AdvanceAsync(tx, occurrenceId, [.. moves.Values], cancellationToken);
        await ledger.CloseIssuesAsync(tx, occurrenceId, [.. closed.DistinctBy(row => (row.CustomerNo, row.Step, row.Attempt))], cancellationToken);
        await ledger.AddIssuesAsync(tx, occurrenceId, [.. issues.DistinctBy(row => (row.CustomerNo, row.Step, row.Attempt))], cancellationToken);
        await steps.NoteAsync(tx, occurrenceId, [.. moves.Values.Select(move => new StepEvidence(move.From.CustomerNo, move.From.Step, move.From.State, move.To))], cancellationToken);
    }

    /// <summary>What a receipt makes of a state; null: nothing new.</summary>
    internal static (MessageState State, SkipReason Reason)? Advance(MessageState current, Receipt receipt, bool isPresent) => receipt.Status switch
    {
        _ when current == MessageState.Delivered => null,
        ReceiptStatus.Delivered => (MessageState.Delivered, SkipReason.None),
        ReceiptStatus.Accepted when current is MessageState.Planned or MessageState.Deferred or MessageState.Leased or MessageState.Unknown => (MessageState.Accepted, SkipReason.None),
        ReceiptStatus.Failed when isPresent && current is MessageState.Leased or MessageState.Accepted or MessageState.Unknown => (MessageState.Failed, SkipReason.NotDelivered),
        ReceiptStatus.Expired when isPresent && current is MessageState.Leased or MessageState.Accepted or MessageState.Unknown => (MessageState.Expired, SkipReason.NotDelivered),
        _ => null,
    };

    private async Task ApplyEffectAsync(WriteTransaction tx, ChannelAccount account, Receipt receipt, MessageId id, CancellationToken cancellationToken)
    {
        var to = await refusals.FindAsync(tx, account.Kind, id, receipt.Address, cancellationToken);
        switch (receipt.Effect)
        {
            case AddressEffect.OptOut:
                await refusals.OptOutAsync(tx, account.Kind, Purpose.Marketing, id, to, cancellationToken);
                await events.NoteAsync(tx, id, CampaignEventKind.OptOut, cancellationToken);
                break;
            case AddressEffect.Complaint:
                await refusals.SuppressAsync(tx, "complaint", account.Kind, id, to, cancellationToken);
                await events.NoteAsync(tx, id, CampaignEventKind.Complaint, cancellationToken);
                break;
            case AddressEffect.Suppress:
                await refusals.SuppressAsync(tx, "bounced", account.Kind, id, to, cancellationToken);
                break;
        }
    }
}
