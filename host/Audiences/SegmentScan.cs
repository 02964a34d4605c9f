using System.Data.Common;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Audiences;

/// <summary>A customer that a rule matched.</summary>
public readonly record struct ScanMember(long CustomerNo, string ExternalId);

/// <summary>What one slice of customers gave.</summary>
public sealed record ScanSlice(long LastNo, int Scanned, int Nulls, IReadOnlyList<ScanMember> Members, bool IsLast);

/// <summary>
/// Reads customers in ranges of their number and holds each against a compiled rule. Rows are read as raw bytes and only the attributes that
/// the rule names are decoded; rows of a slice are evaluated on all cores. Thread-safe.
/// </summary>
public sealed class SegmentScan
{
    public const int SliceRows = 20_000;
    private const int ParallelFrom = 2_000;

    private const string Sql =
        "SELECT customer_no, external_id, attributes FROM customers WHERE customer_no > @after AND erased_at IS NULL ORDER BY customer_no LIMIT @limit";

    public async Task<ScanSlice> ReadAsync(
        DbConnection connection, DbTransaction? transaction, CompiledRule rule, long after, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await ReadRowsAsync(connection, transaction, after, limit, cancellationToken);
        var verdicts = Evaluate(rule, rows, FeelLimits.Default with { Now = now });
        var members = new List<ScanMember>();
        var nulls = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            if (verdicts[i] == Verdict.Member)
                members.Add(new ScanMember(rows[i].CustomerNo, rows[i].ExternalId));
            else if (verdicts[i] == Verdict.Null)
                nulls++;
        }
        return new ScanSlice(rows.Count == 0 ? after : rows[^1].CustomerNo, rows.Count, nulls, members, rows.Count < limit);
    }

    private static async Task<List<(long CustomerNo, string ExternalId, byte[] Attributes)>> ReadRowsAsync(
        DbConnection connection, DbTransaction? transaction, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Sql;
        Add(command, "@after", after);
        Add(command, "@limit", limit);
        var rows = new List<(long, string, byte[])>(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add((reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
        return rows;
    }

    private static Verdict[] Evaluate(CompiledRule rule, List<(long CustomerNo, string ExternalId, byte[] Attributes)> rows, FeelLimits limits)
    {
        var verdicts = new Verdict[rows.Count];
        if (rows.Count < ParallelFrom)
        {
            for (var i = 0; i < rows.Count; i++)
                verdicts[i] = One(rule, rows[i].Attributes, limits);
        }
        else
        {
            Parallel.For(0, rows.Count, i => verdicts[i] = One(rule, rows[i].Attributes, limits));
        }
        return verdicts;
    }

    // Only a plain true makes a member; null, like any other value, does not and is counted.
    private static Verdict One(CompiledRule rule, byte[] attributes, FeelLimits limits) =>
        rule.Expression.Evaluate(rule.Reader.Read(attributes), limits).Value switch
        {
            true => Verdict.Member,
            false => Verdict.No,
            _ => Verdict.Null,
        };

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private enum Verdict : byte
    {
        No,
        Member,
        Null,
    }
}
