using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Audiences;

/// <summary>What a customer said about one channel and purpose, and how it is known.</summary>
/// <param name="At">When the customer said so; null: now.</param>
public sealed record ConsentStatement(
    ChannelKind Channel, Purpose Purpose, bool Granted, string Source, DateTimeOffset? At = null, string? TextVersion = null, string? Evidence = null);

/// <summary>An opt-out as it comes from a reply, an unsubscribe link or a phone call. Null channel or purpose: all of them.</summary>
public sealed record OptOut(string Source, string? Evidence = null, ChannelKind? Channel = null, Purpose? Purpose = null);

/// <summary>
/// The consent log and its current view. The latest statement holds; at the same time a no beats a yes, so a file that is imported again
/// never brings back a consent that was withdrawn meanwhile.
/// </summary>
public sealed class Consents(BusinessClock clock, CustomerAddresses addresses)
{
    /// <summary>Adds a statement to the log.</summary>
    /// <returns>False when the customer is unknown or the very statement is in the log already.</returns>
    public async Task<bool> RecordAsync(WriteTransaction tx, long customerNo, ConsentStatement statement, Actor actor, CancellationToken cancellationToken)
    {
        var customer = await LockAsync(tx, "customer_no = {0}", customerNo).SingleOrDefaultAsync(cancellationToken);
        return customer is not null && await RecordAsync(tx, customer, statement, actor, cancellationToken);
    }

    /// <summary>Withdraws what the opt-out names, for one customer. Withdrawing twice is fine.</summary>
    /// <returns>Whether the customer exists.</returns>
    public async Task<bool> OptOutAsync(WriteTransaction tx, long customerNo, OptOut optOut, Actor actor, CancellationToken cancellationToken)
    {
        var customer = await LockAsync(tx, "customer_no = {0}", customerNo).SingleOrDefaultAsync(cancellationToken);
        if (customer is null)
            return false;
        await WithdrawAsync(tx, customer, optOut, actor, cancellationToken);
        return true;
    }

    /// <summary>Withdraws for everybody who has this address on <paramref name="channel"/>: a reply names a phone, not a customer.</summary>
    /// <param name="address">As the provider gives it; it is normalised first.</param>
    /// <returns>The customers it concerned.</returns>
    public async Task<IReadOnlyList<long>> OptOutAsync(
        WriteTransaction tx, ChannelKind channel, string address, OptOut optOut, Actor actor, CancellationToken cancellationToken)
    {
        if (CustomerAddresses.Normalise(channel, address) is not { } normalised)
            return [];
        return await OptOutByHashAsync(tx, channel, addresses.Hash(channel, normalised), optOut, actor, cancellationToken);
    }

    /// <summary>The same by the look-up hash of the address.</summary>
    internal async Task<IReadOnlyList<long>> OptOutByHashAsync(WriteTransaction tx, ChannelKind channel, string addressHash, OptOut optOut, Actor actor, CancellationToken cancellationToken)
    {
        var customers = await LockAsync(tx, HashCondition(channel), addressHash).OrderBy(row => row.CustomerNo).ToListAsync(cancellationToken);
        foreach (var customer in customers)
            await WithdrawAsync(tx, customer, optOut with { Channel = optOut.Channel ?? channel }, actor, cancellationToken);
        return [.. customers.Select(row => row.CustomerNo)];
    }

    /// <summary>Everybody who has this address, locked.</summary>
    public Task<List<Customer>> FindAsync(WriteTransaction tx, ChannelKind channel, string address, CancellationToken cancellationToken) =>
        CustomerAddresses.Normalise(channel, address) is { } normalised
            ? LockAsync(tx, HashCondition(channel), addresses.Hash(channel, normalised)).OrderBy(row => row.CustomerNo).ToListAsync(cancellationToken)
            : Task.FromResult(new List<Customer>());

    internal static string HashCondition(ChannelKind channel) => channel switch
    {
        ChannelKind.Sms => "phone_hash = {0}",
        ChannelKind.Email => "email_hash = {0}",
        ChannelKind.Push => string.Join(" OR ", AddressSlot.Of(channel).Select(slot => $"{slot.Column}_hash = {{0}}")),
        ChannelKind.WeCom => "wecom_user_id_hash = {0}",
        _ => "oa_openid_hash = {0}",
    };

    private static IQueryable<Customer> LockAsync(WriteTransaction tx, string condition, object value) =>
        tx.Locked<Customer>($"SELECT * FROM customers WHERE {condition}", value);

    private async Task WithdrawAsync(WriteTransaction tx, Customer customer, OptOut optOut, Actor actor, CancellationToken cancellationToken)
    {
        foreach (var channel in optOut.Channel is { } one ? [one] : CustomerChannels.All)
        {
            foreach (var purpose in optOut.Purpose is { } only ? [only] : Purposes.All)
            {
                await RecordAsync(
                    tx, customer, new ConsentStatement(channel, purpose, Granted: false, optOut.Source, Evidence: optOut.Evidence), actor, cancellationToken);
            }
        }
    }

    private async Task<bool> RecordAsync(WriteTransaction tx, Customer customer, ConsentStatement statement, Actor actor, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var at = statement.At ?? now;
        var same = tx.Db.Consents.Where(row => row.CustomerNo == customer.CustomerNo && row.Channel == statement.Channel && row.Purpose == statement.Purpose);
        if (await same.AnyAsync(row => row.At == at && row.Granted == statement.Granted && row.Source == statement.Source, cancellationToken))
            return false;
        var latest = await same.OrderByDescending(row => row.At).ThenBy(row => row.Granted).FirstOrDefaultAsync(cancellationToken);
        tx.Db.Add(new Consent
        {
            CustomerNo = customer.CustomerNo,
            Channel = statement.Channel,
            Purpose = statement.Purpose,
            Granted = statement.Granted,
            Source = statement.Source,
            At = at,
            TextVersion = statement.TextVersion,
            Evidence = statement.Evidence,
            RecordedBy = actor.UserName,
            RecordedAt = now,
        });
        if (latest is null || latest.At < at || (latest.At == at && !statement.Granted))
        {
            customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(statement.Channel, statement.Purpose, statement.Granted).Bits;
            customer.Version++;
            customer.UpdatedAt = now;
        }
        // Saved at once: the next statement of the same transaction must find it.
        await tx.Db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
