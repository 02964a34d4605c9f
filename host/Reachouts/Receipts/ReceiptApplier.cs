using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Applies receipts to the ledger, many at a time. Monotonic: reports come late, twice and out of order, and "arrived" beats everything; a report
/// about an earlier attempt can prove that the customer has the message, never that a later attempt failed.
/// </summary>
internal sealed class ReceiptApplier(Database database, Ledger ledger, Suppressions suppressions, Consents consents, CampaignEvents events)
{
    public Task<IReadOnlyList<MessageId?>> ApplyAsync(ChannelAccount account, IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => ApplyAsync(tx, account, receipts, token), cancellationToken);

    /// <returns>For each receipt its message; null: it was not found.</returns>
    public async Task<IReadOnlyList<MessageId?>> ApplyAsync(WriteTransaction tx, ChannelAccount account, IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken)
    {
        var targets = await FindAsync(tx, account, receipts, cancellationToken);
        var matched = new MessageId?[receipts.Count];
        foreach (var occurrence in targets.Where(target => target is not null).GroupBy(target => target!.Value.Id.OccurrenceId).OrderBy(group => group.Key))
        {
            var rows = (await ledger.LockAsync(tx, occurrence.Key, [.. occurrence.Select(target => target!.Value.Id.CustomerNo).Distinct()], cancellationToken))
                .ToDictionary(row => (row.CustomerNo, row.Step));
            await ApplyToOccurrenceAsync(tx, account, receipts, targets, occurrence.Key, rows, matched, cancellationToken);
        }
        return matched;
    }

    private async Task ApplyToOccurrenceAsync(
        WriteTransaction tx, ChannelAccount account, IReadOnlyList<Receipt> receipts, Target?[] targets, long occurrenceId, Dictionary<(long, short), DueRow> rows, MessageId?[] matched, CancellationToken cancellationToken)
    {
        var moves = new Dictionary<(long, short), (DueRow From, MessageState To, SkipReason Reason)>();
        var issues = new List<SettleRow>();
        var closed = new List<SettleRow>();
        for (var i = 0; i < receipts.Count; i++)
        {
            if (targets[i] is not { } target || target.Id.OccurrenceId != occurrenceId || !rows.TryGetValue((target.Id.CustomerNo, target.Id.Step), out var row) || row.Attempt == 0)
                continue;
            matched[i] = target.Id;
            var key = (row.CustomerNo, row.Step);
            var current = moves.TryGetValue(key, out var move) ? move.To : row.State;
            var attempt = (short)(target.Attempt ?? row.Attempt);
            if (Advance(current, receipts[i], isPresent: attempt == row.Attempt) is { } next)
            {
                moves[key] = (row, next.State, next.Reason);
                if (next.State is MessageState.Failed or MessageState.Expired)
                    issues.Add(new SettleRow(row.CustomerNo, row.Step, attempt, row.Channel, account.No, next.State, next.Reason) { Code = receipts[i].Code, Text = receipts[i].Text });
            }
            closed.Add(new SettleRow(row.CustomerNo, row.Step, attempt, row.Channel, account.No, moves.TryGetValue(key, out var last) ? last.To : row.State, SkipReason.None));
            if (receipts[i].Effect != AddressEffect.None)
                await ApplyEffectAsync(tx, account, receipts[i], target.Id, cancellationToken);
        }
        await ledger.AdvanceAsync(tx, occurrenceId, [.. moves.Values], cancellationToken);
        await ledger.CloseIssuesAsync(tx, occurrenceId, [.. closed.DistinctBy(row => (row.CustomerNo, row.Step, row.Attempt))], cancellationToken);
        await ledger.AddIssuesAsync(tx, occurrenceId, [.. issues.DistinctBy(row => (row.CustomerNo, row.Step, row.Attempt))], cancellationToken);
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

    private static async Task<Target?[]> FindAsync(WriteTransaction tx, ChannelAccount account, IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken)
    {
        var refs = receipts.Where(receipt => MessageId.TryParse(receipt.MessageId) is null && receipt.ProviderRef is not null).Select(receipt => receipt.ProviderRef!).Distinct().ToList();
        var known = refs.Count == 0 ? [] : await tx.Db.ProviderRefs.AsNoTracking().Where(row => row.AccountNo == account.No && refs.Contains(row.Ref)).ToListAsync(cancellationToken);
        var byRef = known.ToLookup(row => row.Ref);
        return [.. receipts.Select(Find)];

        Target? Find(Receipt receipt)
        {
            if (MessageId.TryParse(receipt.MessageId) is { } id)
                return new Target(id, receipt.Attempt);
            var rows = receipt.ProviderRef is null ? [] : byRef[receipt.ProviderRef].ToList();
            return rows is [var row] ? new Target(new MessageId(row.OccurrenceId, row.CustomerNo, row.Step), row.Attempt) : null;
        }
    }

    private async Task ApplyEffectAsync(WriteTransaction tx, ChannelAccount account, Receipt receipt, MessageId id, CancellationToken cancellationToken)
    {
        switch (receipt.Effect)
        {
            case AddressEffect.OptOut:
                await consents.OptOutAsync(tx, id.CustomerNo, new OptOut("provider", id.ToString(), account.Kind, Purpose.Marketing), Actor.System, cancellationToken);
                await events.NoteAsync(tx, id, CampaignEventKind.OptOut, cancellationToken);
                break;
            case AddressEffect.Complaint:
                await suppressions.AddAsync(tx, new NewSuppression("complaint", id.CustomerNo, account.Kind, Note: id.ToString()), Actor.System, cancellationToken);
                await events.NoteAsync(tx, id, CampaignEventKind.Complaint, cancellationToken);
                break;
            case AddressEffect.Suppress:
                await suppressions.AddAsync(tx, new NewSuppression("bounced", id.CustomerNo, account.Kind, Note: id.ToString()), Actor.System, cancellationToken);
                break;
        }
    }

    private readonly record struct Target(MessageId Id, int? Attempt);
}
