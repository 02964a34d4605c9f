using System.Data.Common;
using System.Text.Json;
using Dapper;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// Reads candidates for sending and forecasting in batches: a customer with attributes, consents, suppressions and addresses, in two statements
/// whatever the size of the batch. Thread-safe.
/// </summary>
public sealed class CustomerFeed(Database database, CustomerAddresses addresses, AttributeCatalogue catalogue)
{
    /// <summary>The customers with these numbers, by number; unknown numbers are left out.</summary>
    public async Task<IReadOnlyList<FeedCustomer>> ReadAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<long> customerNos, CancellationToken cancellationToken)
    {
        if (customerNos.Count == 0)
            return [];
        var rows = await connection.QueryAsync<FeedRow>(Command(
            $"SELECT {FeedRow.Columns} FROM customers c WHERE c.customer_no {InList} ORDER BY c.customer_no", transaction, customerNos, cancellationToken));
        return await CompleteAsync(connection, transaction, [.. rows], cancellationToken);
    }

    /// <summary>The next members of a campaign's frozen audience after <paramref name="after"/>, by number.</summary>
    public async Task<IReadOnlyList<FeedCustomer>> ReadMembersAsync(
        DbConnection connection, DbTransaction? transaction, Guid campaignId, Arm arm, long after, int limit, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<FeedRow>(new CommandDefinition(
            $"""
            SELECT {FeedRow.Columns} FROM audience_members m JOIN customers c ON c.customer_no = m.customer_no
            WHERE m.campaign_id = @campaignId AND m.customer_no > @after AND m.arm = @arm
            ORDER BY m.customer_no LIMIT @limit
            """,
            new { campaignId, after, arm = arm.ToString(), limit }, transaction, cancellationToken: cancellationToken));
        return await CompleteAsync(connection, transaction, [.. rows], cancellationToken);
    }

    private string InList => database.Dialect == DatabaseDialect.PostgreSql ? "= ANY(@numbers)" : "IN (SELECT value FROM json_each(@numbers))";

    private string SuppressionSql => field ??=
        $"""
        SELECT s.customer_no AS CustomerNo, s.channel AS Channel FROM suppressions s WHERE s.lifted_at IS NULL AND s.customer_no {InList}
        {string.Concat(AddressSlot.All.Select(slot => $"""

        UNION ALL SELECT c.customer_no, '{slot.Name}' FROM customers c JOIN suppressions s ON s.address_hash = c.{slot.Column}_hash AND s.lifted_at IS NULL WHERE c.customer_no {InList}
        """))}
        """;

    private CommandDefinition Command(string sql, DbTransaction? transaction, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        object list = database.Dialect == DatabaseDialect.PostgreSql ? numbers.ToArray() : JsonSerializer.Serialize(numbers);
        var parameters = new DynamicParameters();
        parameters.Add("numbers", list);
        return new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken);
    }

    private async Task<IReadOnlyList<FeedCustomer>> CompleteAsync(
        DbConnection connection, DbTransaction? transaction, FeedRow[] rows, CancellationToken cancellationToken)
    {
        if (rows.Length == 0)
            return [];
        var reader = (await catalogue.CurrentAsync(cancellationToken)).Reader;
        var hits = await connection.QueryAsync<(long CustomerNo, string? Channel)>(
            Command(SuppressionSql, transaction, [.. rows.Select(row => row.CustomerNo)], cancellationToken));
        var suppressed = new Dictionary<long, AddressSet>();
        foreach (var (customerNo, what) in hits)
        {
            var known = suppressed.GetValueOrDefault(customerNo);
            // An address by its name, a customer's channel by its own.
            suppressed[customerNo] = what is null ? AddressSet.Every : AddressSlot.Find(what) is { } slot ? known.With(slot) : known.With(Enum.Parse<ChannelKind>(what));
        }
        return [.. rows.Select(row => new FeedCustomer(row, suppressed.GetValueOrDefault(row.CustomerNo), reader, addresses))];
    }
}
