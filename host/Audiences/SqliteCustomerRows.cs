using Microsoft.Data.Sqlite;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Audiences;

internal sealed class SqliteCustomerRows : CustomerRows
{
    private static readonly string Names = string.Join(", ", Columns);
    private static readonly string Values = string.Join(", ", Columns.Select(column => $"@{column}"));

    private static readonly string Insert =
        $"""
        INSERT INTO customers ({Names}, consent_bits, version, created_at, updated_at) VALUES ({Values}, @consent_bits, @version, @now, @now)
        ON CONFLICT (external_id) DO NOTHING RETURNING customer_no
        """;

    private static readonly string Update =
        $"""
        UPDATE customers SET {string.Join(", ", Columns.Skip(1).Select(column => $"{column} = @{column}"))}, consent_bits = @consent_bits, version = @version, updated_at = @now
        WHERE external_id = @external_id
        """;

    private const string Consents =
        """
        INSERT INTO consents (customer_no, channel, purpose, granted, source, at, text_version, evidence, recorded_by, recorded_at)
        VALUES (@customer_no, @channel, @purpose, @granted, @source, @at, @text_version, @evidence, @by, @now)
        """;

    public override async Task InsertAsync(WriteTransaction tx, IReadOnlyList<CustomerRow> rows, long now, CancellationToken cancellationToken)
    {
        await using var command = Prepare(tx, Insert, [.. Columns, "consent_bits", "version", "now"]);
        foreach (var row in rows)
        {
            Bind(command, row, now);
            row.CustomerNo = await command.ExecuteScalarAsync(cancellationToken) as long? ?? 0;
        }
    }

    public override async Task UpdateAsync(WriteTransaction tx, IReadOnlyList<CustomerRow> rows, long now, CancellationToken cancellationToken)
    {
        await using var command = Prepare(tx, Update, [.. Columns, "consent_bits", "version", "now"]);
        foreach (var row in rows)
        {
            Bind(command, row, now);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public override async Task InsertConsentsAsync(WriteTransaction tx, IReadOnlyList<ConsentRow> rows, string recordedBy, long now, CancellationToken cancellationToken)
    {
        await using var command = Prepare(tx, Consents, ["customer_no", "channel", "purpose", "granted", "source", "at", "text_version", "evidence", "by", "now"]);
        foreach (var (customer, statement, at) in rows)
        {
            object?[] values = [customer.CustomerNo, Enum.GetName(statement.Channel), Enum.GetName(statement.Purpose), statement.Granted ? 1L : 0L, statement.Source, at, statement.TextVersion, statement.Evidence, recordedBy, now];
            for (var i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i] ?? DBNull.Value;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static SqliteCommand Prepare(WriteTransaction tx, string sql, IEnumerable<string> parameters)
    {
        var command = new SqliteCommand(sql, (SqliteConnection)tx.Connection, (SqliteTransaction)tx.Transaction);
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter("@" + name, null));
        return command;
    }

    private static void Bind(SqliteCommand command, CustomerRow row, long now)
    {
        for (var column = 0; column < Columns.Length; column++)
            command.Parameters[column].Value = Value(row, column) ?? (object)DBNull.Value;
        command.Parameters[Columns.Length].Value = row.ConsentBits;
        command.Parameters[Columns.Length + 1].Value = row.Version;
        command.Parameters[Columns.Length + 2].Value = now;
    }
}
