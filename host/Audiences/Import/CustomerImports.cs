using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>An import as people see it.</summary>
/// <param name="Problem">Why the file was refused, in the reader's language.</param>
/// <param name="Percent">How far applying has come.</param>
public sealed record ImportView(
    Guid Id, string FileName, ImportState State, string? Encoding, long Bytes, string? Sha256, string? Problem, long RowsRead, long Rejected,
    long Created, long Updated, long Unchanged, int Percent, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    public bool IsOver => State is ImportState.Done or ImportState.Refused;

    internal static ImportView From(CustomerImport row, Texts texts) => new(
        row.Id, row.FileName, row.State, row.Encoding, row.Bytes, row.Sha256, row.Problem is null ? null : texts[row.Problem, CustomerImports.ReadArgs(row.ProblemArgs)], row.RowsRead, row.Rejected,
        row.Created, row.Updated, row.Unchanged, row.State == ImportState.Done ? 100 : row.Slices == 0 ? 0 : row.SlicesApplied * 100 / row.Slices, row.StartedBy, row.StartedAt, row.FinishedAt);
}

/// <summary>CustomerImports, their progress and their error reports.</summary>
public sealed class CustomerImports(Database database, Texts texts)
{
    private const int ReportRows = 2_000;
    private static readonly System.Buffers.SearchValues<char> FormulaStarts = System.Buffers.SearchValues.Create("=+-@\t\r");

    public async Task<IReadOnlyList<ImportView>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync((db, token) => db.CustomerImports.OrderByDescending(row => row.Id).Take(50).ToListAsync(token), cancellationToken)).Select(row => ImportView.From(row, texts))];

    public async Task<ImportView?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await database.ReadAsync((db, token) => db.CustomerImports.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken) is { } row ? ImportView.From(row, texts) : null;

    public Task<int> CountErrorsAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.CustomerImportErrors.CountAsync(row => row.ImportId == id, token), cancellationToken);

    /// <summary>Writes the error report: a CSV that a spreadsheet opens without running anything in it.</summary>
    public async Task WriteErrorsAsync(Guid id, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(Line(texts["import.report-line"], texts["import.report-column"], texts["import.report-value"], texts["import.report-reason"]));
        for (var after = 0L; ;)
        {
            var from = after;
            var rows = await database.ReadAsync(
                (db, token) => db.CustomerImportErrors.Where(row => row.ImportId == id && row.Number > from).OrderBy(row => row.Number).Take(ReportRows).ToListAsync(token), cancellationToken);
            foreach (var row in rows)
                await writer.WriteAsync(Line(row.Line.ToString(System.Globalization.CultureInfo.InvariantCulture), row.Column ?? "", row.Value ?? "", texts[row.Reason, ReadArgs(row.Args)]));
            if (rows.Count < ReportRows)
                return;
            after = rows[^1].Number;
        }
    }

    internal static object[] ReadArgs(string? json) => json is null ? [] : [.. JsonSerializer.Deserialize<string[]>(json)!];

    private static string Line(params string[] cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>What a spreadsheet would take for a formula gets an apostrophe in front.</summary>
    private static string Cell(string text)
    {
        if (text.Length > 0 && FormulaStarts.Contains(text[0]))
            text = "'" + text;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

/// <summary>An upload that its connection or process did not survive is closed at the next start: nothing of it was applied.</summary>
internal sealed class CutImportsStep(Database database, BusinessClock clock) : IStartupStep
{
    private static readonly TimeSpan LongestUpload = TimeSpan.FromHours(1);

    public int Order => 30;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                // Another node may be receiving right now; the embedded database has only this one.
                var before = tx.Dialect == DatabaseDialect.Sqlite ? clock.GetUtcNow() : clock.GetUtcNow() - LongestUpload;
                var cut = await tx.Db.CustomerImports.Where(row => row.State == ImportState.Receiving && row.StartedAt <= before).ToListAsync(token);
                foreach (var import in cut)
                {
                    (import.State, import.Problem, import.FinishedAt) = (ImportState.Refused, "import.cut", clock.GetUtcNow());
                    await tx.Db.CustomerImportSlices.Where(row => row.ImportId == import.Id).ExecuteDeleteAsync(token);
                }
            },
            cancellationToken);
}
