using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>The address that a message went to, as far as it is known.</summary>
internal readonly record struct SentTo(string? Hash, string? Masked);

/// <summary>
/// What follows when a provider or a recipient refuses an address: it counts for the address, whoever has it, and no longer for a customer who has another
/// one by now (docs/decisions/0261-refusals-are-of-the-address.md).
/// </summary>
internal sealed class AddressRefusals(Suppressions suppressions, Consents consents, CustomerAddresses addresses)
{
    public Task SuppressAsync(WriteTransaction tx, string reason, ChannelKind kind, MessageId id, SentTo to, CancellationToken cancellationToken) =>
        suppressions.AddAsync(
            tx,
            to.Hash is null
                ? new NewSuppression(reason, id.CustomerNo, kind, Note: id.ToString())
                : new NewSuppression(reason, Channel: kind, Note: id.ToString()) { AddressHash = to.Hash, AddressMasked = to.Masked },
            Actor.System, cancellationToken);

    public async Task OptOutAsync(WriteTransaction tx, ChannelKind kind, Purpose purpose, MessageId id, SentTo to, CancellationToken cancellationToken)
    {
        var optOut = new OptOut("provider", id.ToString(), kind, purpose);
        if (to.Hash is null)
            await consents.OptOutAsync(tx, id.CustomerNo, optOut, Actor.System, cancellationToken);
        else
            await consents.OptOutByHashAsync(tx, kind, to.Hash, optOut, Actor.System, cancellationToken);
    }

    /// <summary>What a send knows: the address it has just used.</summary>
    public static SentTo Of(ChannelKind kind, LeaseRow row, string? address) =>
        !CustomerChannels.All.Contains(kind) || row.AddressHash is not { Length: > 0 } hash ? default : new SentTo(hash, address is null ? null : CustomerAddresses.Mask(kind, address));

    /// <summary>
    /// The address that a message of the past went to: the one the report names or the customer has, if that is what the occurrence used; otherwise what it
    /// used for the customer, who has another one now.
    /// </summary>
    public async Task<SentTo> FindAsync(WriteTransaction tx, ChannelKind kind, MessageId id, string? named, CancellationToken cancellationToken)
    {
        if (!CustomerChannels.All.Contains(kind))
            return default;
        var customer = await tx.Db.Customers.AsNoTracking().SingleOrDefaultAsync(row => row.CustomerNo == id.CustomerNo, cancellationToken);
        var sent = tx.Db.Set<SentAddress>().AsNoTracking().Where(row => row.OccurrenceId == id.OccurrenceId && row.CustomerNo == id.CustomerNo);
        var own = customer is null ? [] : AddressSlot.Of(kind).Select(slot => addresses.Open(customer.ExternalId, slot, customer.Stored(slot).Sealed));
        foreach (var address in own.Prepend(named is null ? null : CustomerAddresses.Normalise(kind, named)).OfType<string>().Distinct())
        {
            var hash = addresses.Hash(kind, address);
            if (await sent.AnyAsync(row => row.AddressHash == hash, cancellationToken))
                return new SentTo(hash, CustomerAddresses.Mask(kind, address));
        }
        // Hashes don't tell their channel: those of the customer's other channels are known, and of two that are left neither is certain.
        List<string?> others = customer is null ? [] : [.. AddressSlot.All.Where(other => other.Kind != kind).Select(other => customer.Stored(other).Hash)];
        var left = (await sent.Select(row => row.AddressHash).ToListAsync(cancellationToken)).Except(others).ToList();
        return left is [{ } only] ? new SentTo(only, null) : default;
    }
}
