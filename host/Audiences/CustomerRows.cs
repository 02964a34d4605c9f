using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Audiences;

/// <summary>A customer row about to be written.</summary>
internal sealed record CustomerRow
{
    public long CustomerNo { get; set; }
    public required string ExternalId { get; init; }
    public required string Attributes { get; init; }
    public string? Language { get; init; }
    public string? TimeZone { get; init; }

    /// <summary>Sealed value and hash, in the order of <see cref="AddressSlot.All"/>.</summary>
    public required (string? Sealed, string? Hash)[] Addresses { get; init; }
    public int ConsentBits { get; set; }
    public long Version { get; set; }
}

/// <summary>A row of the consent log about to be written.</summary>
internal sealed record ConsentRow(CustomerRow Customer, ConsentStatement Statement, long At);

/// <summary>
/// Writes customers by the batch: one statement per batch and kind on PostgreSQL; on SQLite, where a statement costs no round trip, one
/// prepared statement stepped per row.
/// </summary>
internal abstract class CustomerRows
{
    public static readonly string[] Columns =
    [
        "external_id", "attributes", "language", "time_zone",
        .. AddressSlot.All.SelectMany(slot => new[] { slot.Column, $"{slot.Column}_hash" }),
    ];

    public static CustomerRows For(DatabaseDialect dialect) => dialect == DatabaseDialect.PostgreSql ? new PostgresCustomerRows() : new SqliteCustomerRows();

    /// <summary>Inserts and fills in the numbers. Rows whose external id appeared meanwhile keep number 0.</summary>
    public abstract Task InsertAsync(WriteTransaction tx, IReadOnlyList<CustomerRow> rows, long now, CancellationToken cancellationToken);

    public abstract Task UpdateAsync(WriteTransaction tx, IReadOnlyList<CustomerRow> rows, long now, CancellationToken cancellationToken);

    public abstract Task InsertConsentsAsync(WriteTransaction tx, IReadOnlyList<ConsentRow> rows, string recordedBy, long now, CancellationToken cancellationToken);

    /// <summary>The value of a row for one of <see cref="Columns"/>.</summary>
    protected static string? Value(CustomerRow row, int column) => column switch
    {
        0 => row.ExternalId,
        1 => row.Attributes,
        2 => row.Language,
        3 => row.TimeZone,
        _ when column % 2 == 0 => row.Addresses[(column - 4) / 2].Sealed,
        _ => row.Addresses[(column - 4) / 2].Hash,
    };
}
