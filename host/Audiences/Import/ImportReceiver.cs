using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// Takes a file in: reads it once from beginning to end, checks every row, and keeps the good rows as encrypted slices and the bad ones as
/// errors. Only a file that was read to its end is applied; one that cannot be read changes nothing.
/// </summary>
internal sealed class ImportReceiver(
    Database database, AttributeCatalogue catalogue, PersonalData personal, WorkSchedule schedule, BusinessClock clock)
{
    public const int MostRows = 2_000_000;
    private const int SqliteRows = 500;
    private const int PostgresRows = 5_000;

    private int SliceRows => database.Dialect == DatabaseDialect.Sqlite ? SqliteRows : PostgresRows;

    public async Task<CustomerImport> ReceiveAsync(Stream file, string fileName, string? encoding, Actor actor, CancellationToken cancellationToken)
    {
        var import = await BeginAsync(fileName, actor, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var counted = new HashingStream(file, hash);
        try
        {
            var (reader, name) = await ImportText.OpenAsync(counted, encoding, cancellationToken);
            using (reader)
            {
                import.Encoding = name;
                await ReadAsync(import, reader, cancellationToken);
            }
            import.State = import.Slices == 0 ? ImportState.Done : ImportState.Applying;
        }
        catch (ImportRefusedException refused)
        {
            (import.State, import.Problem, import.ProblemArgs) = (ImportState.Refused, refused.TextKey, JsonSerializer.Serialize(refused.Args.Select(arg => arg.ToString()), JsonDefaults.Options));
        }
        (import.Sha256, import.Bytes) = (Convert.ToHexStringLower(hash.GetHashAndReset()), counted.Count);
        await EndAsync(import, actor, cancellationToken);
        return import;
    }

    /// <summary>Why the file was refused, for whoever sent it.</summary>
    public static Refusal RefusalOf(CustomerImport import, Texts texts)
    {
        var view = ImportView.From(import, texts);
        return new Refusal("import-refused", StatusCodes.Status422UnprocessableEntity, view.Problem!) { Current = view };
    }

    private Task<CustomerImport> BeginAsync(string fileName, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (tx, _) =>
            {
                var now = clock.GetUtcNow();
                var import = new CustomerImport { Id = Guid.CreateVersion7(now), FileName = fileName, State = ImportState.Receiving, StartedBy = actor.UserName, StartedAt = now };
                tx.Db.Add(import);
                return Task.FromResult(import);
            },
            cancellationToken);

    private async Task ReadAsync(CustomerImport import, StreamReader reader, CancellationToken cancellationToken)
    {
        ImportColumns? columns = null;
        var batch = new ImportBatch();
        var seen = new Dictionary<UInt128, long>();
        await foreach (var record in ImportRecords.ReadAsync(reader, cancellationToken))
        {
            if (record.IsBlank)
                continue;
            if (columns is null)
            {
                columns = ImportColumns.Read(record.Cells, await catalogue.CurrentAsync(cancellationToken));
                continue;
            }
            if (++import.RowsRead > MostRows)
                throw new ImportRefusedException("import.rows", MostRows);
            Take(import, columns, record, seen, batch);
            if (batch.Changes.Count >= SliceRows || batch.Errors.Count >= SliceRows)
                batch = await FlushAsync(import, batch, cancellationToken);
        }
        if (columns is null)
            throw new ImportRefusedException("import.empty");
        await FlushAsync(import, batch, cancellationToken);
    }

    private static void Take(CustomerImport import, ImportColumns columns, ImportRecord record, Dictionary<UInt128, long> seen, ImportBatch batch)
    {
        List<CellProblem> problems;
        CustomerChange? change = null;
        if (record.IsBroken)
            problems = [new CellProblem(null, null, "import.row-quotes")];
        else if (record.Cells.Length != columns.Count)
            problems = [new CellProblem(null, null, "import.row-cells", columns.Count, record.Cells.Length)];
        else
            (change, problems) = columns.ReadRow(record.Cells);
        if (problems.Count == 0 && !seen.TryAdd(KeyOf(change!.ExternalId), record.Line))
            problems.Add(new CellProblem("external_id", change.ExternalId, "import.row-twice", seen[KeyOf(change.ExternalId)]));
        if (problems.Count == 0)
        {
            batch.Changes.Add(change!);
            return;
        }
        import.Rejected++;
        batch.Errors.AddRange(problems.Select(problem => (record.Line, problem)));
    }

    private static UInt128 KeyOf(string externalId) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(externalId)));

    private async Task<ImportBatch> FlushAsync(CustomerImport import, ImportBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Changes.Count > 0)
            import.Slices++;
        await database.WriteAsync(
            async (tx, token) =>
            {
                if (batch.Changes.Count > 0)
                {
                    var content = personal.Protect(JsonSerializer.Serialize(batch.Changes, JsonDefaults.Options), ImportApplier.Place(import.Id, import.Slices))!;
                    tx.Db.Add(new CustomerImportSlice { ImportId = import.Id, Number = import.Slices, Rows = batch.Changes.Count, Content = content });
                }
                var number = await tx.Db.CustomerImportErrors.Where(row => row.ImportId == import.Id).MaxAsync(row => (long?)row.Number, token) ?? 0;
                tx.Db.AddRange(batch.Errors.Select(error => new CustomerImportError
                {
                    ImportId = import.Id, Number = ++number, Line = error.Line, Column = error.Problem.Column, Value = error.Problem.Value, Reason = error.Problem.TextKey,
                    Args = error.Problem.Args.Length == 0 ? null : JsonSerializer.Serialize(error.Problem.Args.Select(arg => arg.ToString()), JsonDefaults.Options),
                }));
                await tx.Db.CustomerImports.Where(row => row.Id == import.Id).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.RowsRead, import.RowsRead).SetProperty(row => row.Rejected, import.Rejected).SetProperty(row => row.Slices, import.Slices), token);
            },
            cancellationToken);
        return new ImportBatch();
    }

    private Task EndAsync(CustomerImport import, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                if (import.State == ImportState.Refused)
                {
                    await tx.Db.CustomerImportSlices.Where(row => row.ImportId == import.Id).ExecuteDeleteAsync(token);
                    (import.Slices, import.FinishedAt) = (0, clock.GetUtcNow());
                }
                else if (import.State == ImportState.Done)
                {
                    import.FinishedAt = clock.GetUtcNow();
                }
                else
                {
                    await schedule.EnqueueAsync(tx, new NewWork(ImportApplier.WorkKind, import.Id.ToString("N"), clock.GetUtcNow(), new ImportPayload(import.Id, actor.UserName)), token);
                }
                tx.Db.Update(import);
            },
            cancellationToken);

    private sealed class ImportBatch
    {
        public List<CustomerChange> Changes { get; } = [];
        public List<(long Line, CellProblem Problem)> Errors { get; } = [];
    }

    /// <summary>Counts and hashes what passes through.</summary>
    private sealed class HashingStream(Stream inner, IncrementalHash hash) : Stream
    {
        public long Count { get; private set; }
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            hash.AppendData(buffer.Span[..read]);
            Count += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
