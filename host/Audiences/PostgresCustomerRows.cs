using Npgsql;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Audiences;

internal sealed class PostgresCustomerRows : CustomerRows
{
    private static readonly string Unnest = $"unnest({string.Join(", ", Columns.Select(column => $"@{column}"))}, @consent_bits, @version)";
    private static readonly string Names = string.Join(", ", Columns);

    private static readonly string Insert =
        $"""
        INSERT INTO customers ({Names}, consent_bits, version, created_at, updated_at)
        SELECT {Names}, consent_bits, version, @now, @now FROM {Unnest} AS t({Names}, consent_bits, version)
        ON CONFLICT (external_id) DO NOTHING
        RETURNING external_id, customer_no
        """;

    private static readonly string Update =
        $"""
        UPDATE customers c SET {string.Join(", ", Columns.Skip(1).Select(column => $"{column} = t.{column}"))}, consent_bits = t.consent_bits, version = t.version, updated_at = @now
        FROM {Unnest} AS t({Names}, consent_bits, version) WHERE c.external_id = t.external_id
        """;

    private const string Consents =
        """
        INSERT INTO consents (customer_no, channel, purpose, granted, source, at, text_version, evidence, recorded_by, recorded_at)
        SELECT t.*, @by, @now FROM unnest(@customer_no, @channel, @purpose, @granted, @source, @at, @text_version, @evidence) AS t
        """;

    public override async Task InsertAsync(WriteTransaction tx, IReadOnlyList<CustomerRow> rows, long now, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, Insert, rows, now);
        var byId = rows.ToDictionary(row => row.ExternalId, StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            byId[reader.GetString(0)].CustomerNo = reader.GetInt64(1);
    }

    public override async Task UpdateAsync(WriteTransaction tx, IReadOnlyList<CustomerRow> rows, long now, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, Update, rows, now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override async Task InsertConsentsAsync(WriteTransaction tx, IReadOnlyList<ConsentRow> rows, string recordedBy, long now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Consents, (NpgsqlConnection)tx.Connection, (NpgsqlTransaction)tx.Transaction);
        Add(command, "customer_no", rows.Select(row => row.Customer.CustomerNo));
        Add(command, "channel", rows.Select(row => NameOf(row.Statement.Channel)));
        Add(command, "purpose", rows.Select(row => row.Statement.Purpose == Purpose.Marketing ? nameof(Purpose.Marketing) : nameof(Purpose.Servicing)));
        Add(command, "granted", rows.Select(row => row.Statement.Granted));
        Add(command, "source", rows.Select(row => row.Statement.Source));
        Add(command, "at", rows.Select(row => row.At));
        Add(command, "text_version", rows.Select(row => row.Statement.TextVersion));
        Add(command, "evidence", rows.Select(row => row.Statement.Evidence));
        command.Parameters.AddWithValue("by", recordedBy);
        command.Parameters.AddWithValue("now", now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(WriteTransaction tx, string sql, IReadOnlyList<CustomerRow> rows, long now)
    {
        var command = new NpgsqlCommand(sql, (NpgsqlConnection)tx.Connection, (NpgsqlTransaction)tx.Transaction);
        for (var i = 0; i < Columns.Length; i++)
        {
            var column = i;
            Add(command, Columns[column], rows.Select(row => Value(row, column)));
        }
        Add(command, "consent_bits", rows.Select(row => row.ConsentBits));
        Add(command, "version", rows.Select(row => row.Version));
        command.Parameters.AddWithValue("now", now);
        return command;
    }

    private static void Add<T>(NpgsqlCommand command, string name, IEnumerable<T> values) => command.Parameters.AddWithValue(name, values.ToArray());

    private static string NameOf(ChannelKind kind) => Enum.GetName(kind)!;
}
