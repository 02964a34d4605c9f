using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>A message that a receipt tells of.</summary>
/// <param name="Receipt">Its place in the list.</param>
/// <param name="Attempt">Null: not said.</param>
internal readonly record struct ReceiptTarget(int Receipt, MessageId Id, int? Attempt);

/// <summary>
/// Finds the messages that receipts tell of: by our own id where it came back, else by the provider's reference. A reference that many messages share
/// (the BizId of a batch call) needs the address; without one a report about the whole job is about all of them, and any other about none.
/// Two statements for any number of receipts.
/// </summary>
internal sealed class ReceiptTargets(CustomerAddresses addresses)
{
    /// <summary>In the order of the receipts.</summary>
    public async Task<List<ReceiptTarget>> FindAsync(WriteTransaction tx, ChannelAccount account, IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken)
    {
        var ids = receipts.Select(receipt => MessageId.TryParse(receipt.MessageId)).ToList();
        var refs = receipts.Where((receipt, i) => ids[i] is null && receipt.ProviderRef is not null).Select(receipt => receipt.ProviderRef!).Distinct().ToList();
        var known = refs.Count == 0 ? [] : await tx.Db.ProviderRefs.AsNoTracking().Where(row => row.AccountNo == account.No && refs.Contains(row.Ref)).ToListAsync(cancellationToken);
        var byRef = known.ToLookup(row => row.Ref);
        var hashes = receipts.Select((receipt, i) => ids[i] is null && receipt.ProviderRef is { } reference && byRef.Contains(reference) ? Hash(account.Kind, receipt.Address) : null).ToList();
        var holders = await HoldersAsync(tx, known, hashes, cancellationToken);
        return [.. receipts.SelectMany((receipt, i) => ids[i] is { } id ? [new ReceiptTarget(i, id, receipt.Attempt)]
            : receipt.ProviderRef is null ? [] : Choose(receipt, hashes[i], [.. byRef[receipt.ProviderRef]], holders).Select(row => new ReceiptTarget(i, new MessageId(row.OccurrenceId, row.CustomerNo, row.Step), row.Attempt)))];
    }

    private static List<ProviderRef> Choose(Receipt receipt, string? hash, List<ProviderRef> rows, Dictionary<(long, string), long> holders)
    {
        if (receipt.IsWholeJob)
            return rows;
        List<ProviderRef> addressed = hash is null ? [] : [.. rows.Where(row => holders.TryGetValue((row.OccurrenceId, hash), out var holder) && holder == row.CustomerNo)];
        if (addressed.Count == 1)
            return addressed;
        // The only one so far: the others of its call may not be written down yet, so an address that is known as another customer's waits for them.
        return rows is [var only] && (hash is null || !holders.ContainsKey((only.OccurrenceId, hash))) ? rows : [];
    }

    /// <summary>Whom an occurrence reached at an address: what was used then, whatever the customer's address is now.</summary>
    private static async Task<Dictionary<(long, string), long>> HoldersAsync(WriteTransaction tx, List<ProviderRef> known, IEnumerable<string?> hashes, CancellationToken cancellationToken)
    {
        var (asked, occurrences) = (hashes.OfType<string>().Distinct().ToList(), known.Select(row => row.OccurrenceId).Distinct().ToList());
        if (asked.Count == 0)
            return [];
        var rows = await tx.Db.Set<SentAddress>().AsNoTracking().Where(row => occurrences.Contains(row.OccurrenceId) && asked.Contains(row.AddressHash)).ToListAsync(cancellationToken);
        return rows.ToDictionary(row => (row.OccurrenceId, row.AddressHash), row => row.CustomerNo);
    }

    private string? Hash(ChannelKind kind, string? address) =>
        address is not null && CustomerChannels.All.Contains(kind) && CustomerAddresses.Normalise(kind, address) is { } normalised ? addresses.Hash(kind, normalised) : null;
}
