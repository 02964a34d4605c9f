using Dapper;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>Who must not be messaged: a customer (on one channel or all), or an address whoever has it.</summary>
/// <param name="Channel">With <paramref name="Address"/>: the address's channel, required. With a customer: null means every channel.</param>
public sealed record NewSuppression(string Reason, long? CustomerNo = null, ChannelKind? Channel = null, string? Address = null, string? Note = null)
{
    /// <summary>Instead of <see cref="Address"/>, where only its look-up hash is known.</summary>
    public string? AddressHash { get; init; }

    /// <summary>For people, with <see cref="AddressHash"/>; null: not known.</summary>
    public string? AddressMasked { get; init; }

    internal bool IsOfAddress => Address is not null || AddressHash is not null;
}

/// <summary>The suppression list. Adding one that is in force already changes nothing; entries are lifted, never deleted.</summary>
public sealed class Suppressions(Database database, CustomerAddresses addresses, AuditChain audit, BusinessClock clock)
{
    public const string Chain = "suppressions";

    /// <summary>As people and other systems name it: the customer by external id, the channel by name.</summary>
    public async Task<Outcome<Suppression>> AddAsync(SuppressionBody body, Actor actor, CancellationToken cancellationToken)
    {
        var channel = CustomerChannels.Find(body.Channel);
        if (body.Channel is not null && channel is null)
            return Refusal.Invalid(new FieldProblem("channel", "audience.field.channel-unknown", body.Channel));
        return await database.WriteAsync<Outcome<Suppression>>(
            async (tx, token) =>
            {
                var customerNo = body.ExternalId is { } id ? await tx.Db.Customers.Where(row => row.ExternalId == id).Select(row => (long?)row.CustomerNo).SingleOrDefaultAsync(token) : null;
                return body.ExternalId is not null && customerNo is null
                    ? Refusal.NotFound(body.ExternalId)
                    : await AddAsync(tx, new NewSuppression(body.Reason, customerNo, channel, body.Address, body.Note), actor, token);
            },
            cancellationToken);
    }

    /// <returns>The entry in force: the new one, or the one that was there.</returns>
    public async Task<Outcome<Suppression>> AddAsync(WriteTransaction tx, NewSuppression command, Actor actor, CancellationToken cancellationToken)
    {
        if (Check(command) is { Length: > 0 } problems)
            return Refusal.Invalid(problems);
        var normalised = command.Address is null ? null : CustomerAddresses.Normalise(command.Channel!.Value, command.Address);
        var hash = normalised is null ? command.AddressHash : addresses.Hash(command.Channel!.Value, normalised);
        if (command.CustomerNo is { } number && !await tx.Db.Customers.AnyAsync(row => row.CustomerNo == number, cancellationToken))
            return Refusal.NotFound($"customer {number}");
        var known = await tx.Db.Suppressions.FirstOrDefaultAsync(
            row => row.LiftedAt == null && row.CustomerNo == command.CustomerNo && row.AddressHash == hash && row.Channel == command.Channel && row.Reason == command.Reason,
            cancellationToken);
        if (known is not null)
            return known;
        var row = New(command, normalised, hash, actor);
        tx.Db.Add(row);
        // Saved at once: the same report twice in one transaction must find it.
        await tx.Db.SaveChangesAsync(cancellationToken);
        await TouchCustomersAsync(tx, row, cancellationToken);
        await audit.AppendAsync(tx, Chain, actor, cancellationToken, new AuditEntry("suppression-added", row.Id.ToString(), new { row.CustomerNo, row.AddressHash, row.Channel }, row.Reason));
        return row;
    }

    public Task<Outcome<Suppression>> LiftAsync(Guid id, string reason, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Suppression>>(
            async (tx, token) =>
            {
                if (string.IsNullOrWhiteSpace(reason))
                    return Refusal.Invalid(new FieldProblem("reason", "field.required"));
                if (await tx.Locked<Suppression>("SELECT * FROM suppressions WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } row)
                    return Refusal.NotFound(id.ToString());
                if (row.LiftedAt is not null)
                    return Refusal.Conflict("suppression-lifted", row.LiftedBy!);
                row.LiftedAt = clock.GetUtcNow();
                row.LiftedBy = actor.UserName;
                row.LiftReason = reason;
                await TouchCustomersAsync(tx, row, token);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("suppression-lifted", row.Id.ToString(), null, reason));
                return row;
            },
            cancellationToken);

    private static FieldProblem[] Check(NewSuppression command)
    {
        var problems = new List<FieldProblem>();
        if (string.IsNullOrWhiteSpace(command.Reason))
            problems.Add(new FieldProblem("reason", "field.required"));
        if (command.CustomerNo is null != command.IsOfAddress)
            problems.Add(new FieldProblem("address", "audience.field.suppression-target"));
        if (command.IsOfAddress && command.Channel is null)
            problems.Add(new FieldProblem("channel", "field.required"));
        if (command.Channel is { } channel && !CustomerChannels.All.Contains(channel))
            problems.Add(new FieldProblem("channel", "audience.field.channel-unknown", channel));
        else if (command is { Address: { } address, Channel: { } kind } && CustomerAddresses.Normalise(kind, address) is null)
            problems.Add(new FieldProblem("address", $"audience.field.address-{CustomerChannels.NameOf(kind)}"));
        return [.. problems];
    }

    private Suppression New(NewSuppression command, string? normalised, string? hash, Actor actor)
    {
        var now = clock.GetUtcNow();
        return new Suppression
        {
            Id = Guid.CreateVersion7(now),
            CustomerNo = command.CustomerNo,
            AddressHash = hash,
            AddressMasked = normalised is null ? command.AddressMasked : CustomerAddresses.Mask(command.Channel!.Value, normalised),
            Channel = command.Channel,
            Reason = command.Reason,
            Note = command.Note,
            AddedBy = actor.UserName,
            AddedAt = now,
        };
    }

    /// <summary>A send decided on the version before must not slip through.</summary>
    private static Task<int> TouchCustomersAsync(WriteTransaction tx, Suppression row, CancellationToken cancellationToken)
    {
        var condition = row.CustomerNo is not null ? "customer_no = @CustomerNo"
            : Consents.HashCondition(row.Channel!.Value).Replace("{0}", "@AddressHash", StringComparison.Ordinal);
        return tx.Connection.ExecuteAsync(new CommandDefinition(
            $"UPDATE customers SET version = version + 1 WHERE {condition}", new { row.CustomerNo, row.AddressHash }, tx.Transaction, cancellationToken: cancellationToken));
    }
}
