using System.Text;

namespace Orchestrator.Host.Audiences;

/// <summary>One record of the file, and the line it begins on.</summary>
internal sealed record ImportRecord(long Line, string[] Cells, bool IsBroken)
{
    public bool IsBlank => Cells.Length == 0 || (Cells.Length == 1 && string.IsNullOrWhiteSpace(Cells[0]));
}

/// <summary>
/// Reads the records of a CSV file (RFC 4180; comma, semicolon or tab, as the header has it) one at a time with bounds, so that no file can
/// exhaust the process. A misplaced quotation mark breaks its record, not the file; one that is never closed ends in a refusal.
/// </summary>
internal sealed class ImportRecords(StreamReader reader)
{
    public const int LongestCell = 64 * 1024;
    private const int MostCells = 1_000;
    private readonly char[] buffer = new char[1 << 16];
    private readonly StringBuilder cell = new();
    private readonly List<string> cells = [];
    private int count;
    private int next;
    private long line = 1;
    private long start = 1;
    private bool isBroken;
    private char delimiter;
    private State state;

    public static IAsyncEnumerable<ImportRecord> ReadAsync(StreamReader reader, CancellationToken cancellationToken) => new ImportRecords(reader).ReadAsync(cancellationToken);

    private async IAsyncEnumerable<ImportRecord> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await FillAsync(cancellationToken))
        {
            if (delimiter == 0)
                delimiter = DelimiterOf(buffer.AsSpan(0, count));
            while (next < count)
            {
                if (Take(buffer[next++]) is { } record)
                    yield return record;
            }
        }
        if (state == State.Quoted)
            throw new ImportRefusedException("import.quote-open", start);
        if (cell.Length > 0 || cells.Count > 0 || state != State.CellStart)
            yield return EndRecord();
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            (count, next) = (await reader.ReadAsync(buffer, cancellationToken), 0);
            return count > 0;
        }
        catch (DecoderFallbackException)
        {
            throw new ImportRefusedException("import.encoding-line", line);
        }
    }

    private static char DelimiterOf(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('\r', '\n');
        var header = end < 0 ? text : text[..end];
        var (best, most) = (',', header.Count(','));
        foreach (var candidate in (ReadOnlySpan<char>)[';', '\t'])
        {
            if (header.Count(candidate) > most)
                (best, most) = (candidate, header.Count(candidate));
        }
        return best;
    }

    /// <returns>The record that this character ends, if it does.</returns>
    private ImportRecord? Take(char c)
    {
        if (c == '\n')
            line++;
        switch (state)
        {
            case State.Quoted when c == '"':
                state = State.QuoteInQuoted;
                return null;
            case State.Quoted:
                Append(c);
                return null;
            case State.QuoteInQuoted when c == '"':
                Append(c);
                state = State.Quoted;
                return null;
            case State.CellStart when c == '"':
                state = State.Quoted;
                return null;
        }
        if (c == delimiter)
            EndCell();
        else if (c == '\n')
            return EndRecord();
        else if (c != '\r')
            Plain(c);
        return null;
    }

    private void Plain(char c)
    {
        // A quote inside a bare cell, or text after a closing one.
        isBroken |= c == '"' || state == State.QuoteInQuoted;
        state = State.Bare;
        Append(c);
    }

    private void Append(char c)
    {
        if (cell.Length == LongestCell)
            throw new ImportRefusedException("import.cell-long", start, LongestCell / 1024);
        cell.Append(c);
    }

    private void EndCell()
    {
        if (cells.Count == MostCells)
            throw new ImportRefusedException("import.cells", start, MostCells);
        cells.Add(cell.ToString());
        cell.Clear();
        state = State.CellStart;
    }

    private ImportRecord EndRecord()
    {
        EndCell();
        var record = new ImportRecord(start, [.. cells], isBroken);
        cells.Clear();
        (isBroken, start) = (false, line);
        return record;
    }

    private enum State
    {
        CellStart,
        Bare,
        Quoted,

        /// <summary>After a quote within a quoted cell: it closes the cell, or is the first of two.</summary>
        QuoteInQuoted,
    }
}
