using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Audiences;

/// <param name="Address">On <paramref name="Channel"/>; as it was typed.</param>
public sealed record SuppressionQuery(Guid? After = null, int Limit = 50, string? ExternalId = null, string? Address = null, ChannelKind? Channel = null, bool OnlyActive = false);

/// <summary>Reads the suppression list, newest first.</summary>
public sealed class SuppressionList(Database database, CustomerAddresses addresses)
{
    public async Task<Page<SuppressionView>> ReadAsync(SuppressionQuery query, CancellationToken cancellationToken)
    {
        var hashes = HashesOf(query);
        var rows = await database.ReadAsync(
            (db, token) => (from row in db.Suppressions
                            join customer in db.Customers on row.CustomerNo equals (long?)customer.CustomerNo into customers
                            from customer in customers.DefaultIfEmpty()
                            where query.After == null || row.Id < query.After
                            where !query.OnlyActive || row.LiftedAt == null
                            where query.ExternalId == null || customer.ExternalId == query.ExternalId
                            where hashes == null || hashes.Contains(row.AddressHash!)
                            orderby row.Id descending
                            select new { row, ExternalId = customer == null ? null : customer.ExternalId }).Take(query.Limit + 1).ToListAsync(token),
            cancellationToken);
        return new Page<SuppressionView>(
            [.. rows.Take(query.Limit).Select(item => SuppressionView.From(item.row, item.ExternalId))], rows.Count > query.Limit ? rows[query.Limit - 1].row.Id.ToString() : null);
    }

    // Without a channel the address may be any of them.
    private string[]? HashesOf(SuppressionQuery query) =>
        query.Address is not { } typed ? null
        : [.. (query.Channel is { } one ? [one] : CustomerChannels.All)
            .Select(channel => CustomerAddresses.Normalise(channel, typed) is { } normalised ? addresses.Hash(channel, normalised) : null).OfType<string>()];
}
