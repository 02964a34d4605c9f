using System.Text.Json;
using Dapper;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// Upserts customers by the batch, by external id: reads what is there, merges, writes what differs. What is the same already changes
/// nothing, not even the version. Set-based on PostgreSQL. Thread-safe.
/// </summary>
public sealed class CustomerWriter(CustomerAddresses addresses, BusinessClock clock)
{
    private const int Rounds = 3;

    /// <param name="changes">At most one per external id.</param>
    /// <returns>One result per change, in the same order.</returns>
    public async Task<IReadOnlyList<UpsertResult>> UpsertAsync(
        WriteTransaction tx, IReadOnlyList<CustomerChange> changes, string recordedBy, CancellationToken cancellationToken)
    {
        var results = new Dictionary<string, UpsertResult>(StringComparer.Ordinal);
        // Another writer may insert the same new customer between our read and our insert; the next round then finds it.
        for (var round = 0; results.Count < changes.Count; round++)
        {
            if (round == Rounds)
                throw new InvalidOperationException("Customers kept appearing while they were written.");
            var open = changes.Where(change => !results.ContainsKey(change.ExternalId)).ToArray();
            foreach (var result in await UpsertOnceAsync(tx, open, recordedBy, cancellationToken))
                results.Add(result.ExternalId, result);
        }
        return [.. changes.Select(change => results[change.ExternalId])];
    }

    private async Task<List<UpsertResult>> UpsertOnceAsync(
        WriteTransaction tx, IReadOnlyList<CustomerChange> changes, string recordedBy, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var known = await ReadAsync(tx, [.. changes.Select(change => change.ExternalId)], cancellationToken);
        var log = new ConsentHistory(await ConsentHistory.ReadAsync(tx, changes, known, cancellationToken));
        var inserts = new List<CustomerRow>();
        var updates = new List<CustomerRow>();
        var consents = new List<ConsentRow>();
        var results = new List<UpsertResult>();
        foreach (var change in changes)
        {
            var before = known.GetValueOrDefault(change.ExternalId);
            var merge = new CustomerMerge(addresses, change, before);
            consents.AddRange(log.Apply(merge.Row, change.Consents, now));
            if (before is null)
            {
                inserts.Add(merge.Row);
                continue;
            }
            var changed = before.ErasedAt is null && (merge.IsChanged || merge.Row.ConsentBits != before.ConsentBits);
            merge.Row.Version = changed ? before.Version + 1 : before.Version;
            if (changed)
                updates.Add(merge.Row);
            results.Add(new UpsertResult(change.ExternalId, before.CustomerNo, merge.Row.Version, changed || log.HasLogged(merge.Row) ? UpsertOutcome.Updated : UpsertOutcome.Unchanged));
        }
        await WriteAsync(tx, inserts, updates, consents, recordedBy, now, cancellationToken);
        results.AddRange(inserts.Where(row => row.CustomerNo != 0).Select(row => new UpsertResult(row.ExternalId, row.CustomerNo, row.Version, UpsertOutcome.Created)));
        return results;
    }

    private static async Task WriteAsync(
        WriteTransaction tx, List<CustomerRow> inserts, List<CustomerRow> updates, List<ConsentRow> consents, string recordedBy, long now, CancellationToken cancellationToken)
    {
        var rows = CustomerRows.For(tx.Dialect);
        // In one order for everybody, so that two batches of the same new customers wait for each other instead of deadlocking.
        inserts.Sort((one, other) => string.CompareOrdinal(one.ExternalId, other.ExternalId));
        if (inserts.Count > 0)
            await rows.InsertAsync(tx, inserts, now, cancellationToken);
        if (updates.Count > 0)
            await rows.UpdateAsync(tx, updates, now, cancellationToken);
        consents.RemoveAll(row => row.Customer.CustomerNo == 0);
        if (consents.Count > 0)
            await rows.InsertConsentsAsync(tx, consents, recordedBy, now, cancellationToken);
    }

    private static async Task<Dictionary<string, FeedRow>> ReadAsync(WriteTransaction tx, string[] externalIds, CancellationToken cancellationToken)
    {
        var postgres = tx.Dialect == DatabaseDialect.PostgreSql;
        // Locked in one order, so that two batches that share customers queue instead of deadlocking.
        var sql = postgres
            ? $"SELECT {FeedRow.Columns} FROM customers c WHERE c.external_id = ANY(@ids) ORDER BY c.external_id FOR UPDATE"
            : $"SELECT {FeedRow.Columns} FROM customers c WHERE c.external_id IN (SELECT value FROM json_each(@ids))";
        var parameters = new DynamicParameters();
        parameters.Add("ids", postgres ? externalIds : JsonSerializer.Serialize(externalIds));
        var rows = await tx.Connection.QueryAsync<FeedRow>(new CommandDefinition(sql, parameters, tx.Transaction, cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.ExternalId, StringComparer.Ordinal);
    }
}
