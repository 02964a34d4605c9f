using Dapper;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Takes away days of frequency caps that no cap looks at any more. Walks the customers by the key of the table: the send path pays for no index, waits for no
/// lock, and each transaction is short.
/// </summary>
internal static class PastCaps
{
    /// <summary>The longest cap looks at 30 days of the customer's calendar, which may be a day behind; the rest is for messages that give their place back late.</summary>
    public const int KeptDays = 35;

    /// <summary>Customer numbers to a transaction.</summary>
    private const int Window = 1_000;

    public static async Task<int> PurgeAsync(Database database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = DateOnly.FromDateTime(now.UtcDateTime).DayNumber - KeptDays;
        var all = 0;
        for (long? next = 0; next is { } from;)
        {
            var (gone, following) = await database.WriteAsync((tx, token) => TakeAsync(tx, from, before, token), cancellationToken);
            (all, next) = (all + gone, following);
        }
        return all;
    }

    /// <returns>How many went, and where to go on; null: nowhere.</returns>
    private static async Task<(int Gone, long? Next)> TakeAsync(WriteTransaction tx, long from, int before, CancellationToken cancellationToken)
    {
        var first = await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition("SELECT MIN(customer_no) FROM cap_days WHERE customer_no >= @from", new { from }, tx.Transaction, cancellationToken: cancellationToken));
        if (first is not { } start)
            return (0, null);
        const string Past = "customer_no >= @start AND customer_no < @end AND day < @before";
        // Who gives a place back late holds such a row for a moment: it is left for the next night, not waited for.
        var sql = tx.Dialect == DatabaseDialect.PostgreSql
            ? $"DELETE FROM cap_days t USING (SELECT customer_no, purpose, day FROM cap_days WHERE {Past} FOR UPDATE SKIP LOCKED) d WHERE t.customer_no = d.customer_no AND t.purpose = d.purpose AND t.day = d.day"
            : $"DELETE FROM cap_days WHERE {Past}";
        var gone = await tx.Connection.ExecuteAsync(new CommandDefinition(sql, new { start, end = start + Window, before }, tx.Transaction, cancellationToken: cancellationToken));
        return (gone, start + Window);
    }
}
