using System.Text.Json;
using Dapper;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Audiences;

/// <summary>The latest statements of a batch of customers, and what new statements do to them.</summary>
internal sealed class ConsentHistory(Dictionary<(long CustomerNo, ChannelKind Channel, Purpose Purpose), ConsentHistory.Latest> latest)
{
    private readonly HashSet<CustomerRow> logged = [];

    public static async Task<Dictionary<(long, ChannelKind, Purpose), Latest>> ReadAsync(
        WriteTransaction tx, IEnumerable<CustomerChange> changes, Dictionary<string, FeedRow> known, CancellationToken cancellationToken)
    {
        var numbers = changes.Where(change => change.Consents.Count > 0 && known.ContainsKey(change.ExternalId)).Select(change => known[change.ExternalId].CustomerNo).ToArray();
        if (numbers.Length == 0)
            return [];
        var postgres = tx.Dialect == DatabaseDialect.PostgreSql;
        var parameters = new DynamicParameters();
        parameters.Add("numbers", postgres ? numbers : JsonSerializer.Serialize(numbers));
        var rows = await tx.Connection.QueryAsync<(long CustomerNo, string Channel, string Purpose, bool Granted, string Source, long At)>(new CommandDefinition(
            $"""
            SELECT customer_no, channel, purpose, granted, source, at FROM consents
            WHERE customer_no {(postgres ? "= ANY(@numbers)" : "IN (SELECT value FROM json_each(@numbers))")} ORDER BY at, id
            """,
            parameters, tx.Transaction, cancellationToken: cancellationToken));
        var latest = new Dictionary<(long, ChannelKind, Purpose), Latest>();
        foreach (var row in rows)
        {
            var key = (row.CustomerNo, Enum.Parse<ChannelKind>(row.Channel), Enum.Parse<Purpose>(row.Purpose));
            var statement = new Latest(row.Granted, row.At, row.Source);
            if (!latest.TryGetValue(key, out var before) || statement.Beats(before))
                latest[key] = statement;
        }
        return latest;
    }

    /// <summary>Whether <see cref="Apply"/> added anything to the log for this row.</summary>
    public bool HasLogged(CustomerRow row) => logged.Contains(row);

    /// <summary>Changes the row's consent bits and returns what goes into the log.</summary>
    public List<ConsentRow> Apply(CustomerRow row, IReadOnlyList<ConsentStatement> statements, long now)
    {
        var added = new List<ConsentRow>();
        foreach (var statement in statements)
        {
            var key = (row.CustomerNo, statement.Channel, statement.Purpose);
            Latest? before = row.CustomerNo != 0 && latest.TryGetValue(key, out var found) ? found : null;
            if (statement.At is null && !FillsIn(statement, before))
                continue;
            var next = new Latest(statement.Granted, statement.At?.ToUnixTimeMilliseconds() ?? now, statement.Source);
            if (before is not null && (before.Beats(next) || (next.At == before.At && next.Granted == before.Granted)))
                continue;
            if (row.CustomerNo != 0)
                latest[key] = next;
            row.ConsentBits = new ConsentSet(row.ConsentBits).With(statement.Channel, statement.Purpose, statement.Granted).Bits;
            added.Add(new ConsentRow(row, statement, next.At));
        }
        if (added.Count > 0)
            logged.Add(row);
        return added;
    }

    /// <summary>A statement without a time says nothing about order: a yes may only fill in what is unknown, a no always counts.</summary>
    private static bool FillsIn(ConsentStatement statement, Latest? before) =>
        statement.Granted ? before is null : before is { Granted: true };

    internal sealed record Latest(bool Granted, long At, string Source)
    {
        public bool Beats(Latest other) => At > other.At || (At == other.At && !Granted);
    }
}
