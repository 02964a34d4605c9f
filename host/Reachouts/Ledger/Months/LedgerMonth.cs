using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// A calendar month of the company's zone: what the ledger is divided by. The id of an occurrence begins with its month (202611000042 is the 42nd of
/// November 2026), so everything that carries the id says which month it belongs to.
/// </summary>
public readonly partial record struct LedgerMonth : IComparable<LedgerMonth>
{
    private const long PerMonth = 1_000_000;
    private static readonly ConcurrentDictionary<(string Sql, int Number), string> Directed = new();

    private LedgerMonth(int year, int month) => (Year, Month) = (year, month);

    public int Year { get; }

    public int Month { get; }

    /// <summary>202611: November 2026.</summary>
    public int Number => (Year * 100) + Month;

    /// <summary>Ids of the month are above this…</summary>
    public long FirstId => Number * PerMonth;

    /// <summary>…and below this.</summary>
    public long EndId => Next.FirstId;

    /// <summary>The last id that fits into the month.</summary>
    internal long LastId => FirstId + PerMonth - 1;

    public LedgerMonth Next => Add(1);

    public LedgerMonth Add(int months)
    {
        var count = (Year * 12) + Month - 1 + months;
        return new LedgerMonth(count / 12, (count % 12) + 1);
    }

    /// <summary>The month that a moment lies in.</summary>
    public static LedgerMonth Of(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return new LedgerMonth(local.Year, local.Month);
    }

    /// <summary>The month of an occurrence.</summary>
    public static LedgerMonth OfOccurrence(long occurrenceId) => OfNumber((int)(occurrenceId / PerMonth));

    /// <summary>From 202611.</summary>
    internal static LedgerMonth OfNumber(int number) => new(number / 100, number % 100);

    /// <summary>Reads <c>2026-11</c>, exactly so.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LedgerMonth month)
    {
        var isMonth = DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year >= 2000;
        month = isMonth ? new LedgerMonth(first.Year, first.Month) : default;
        return isMonth;
    }

    /// <summary>When it begins in <paramref name="zone"/>.</summary>
    public DateTimeOffset StartsAt(TimeZoneInfo zone)
    {
        var midnight = new DateTime(Year, Month, 1);
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(15);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    /// <summary>
    /// A statement on rows of one occurrence, made to name that month's own tables on PostgreSQL: other months are not even looked at while it is
    /// planned, locked and run, however many there are. Only while the occurrence runs: the tables of a dropped month are gone.
    /// </summary>
    internal static string Direct(string sql, DatabaseDialect dialect, long occurrenceId)
    {
        var month = OfOccurrence(occurrenceId);
        return dialect == DatabaseDialect.Sqlite ? sql : Directed.GetOrAdd((sql, month.Number), key => Tables().Replace(key.Sql, match => LedgerPartitions.NameOf(match.Value, month)));
    }

    public int CompareTo(LedgerMonth other) => Number.CompareTo(other.Number);

    public static bool operator <(LedgerMonth left, LedgerMonth right) => left.CompareTo(right) < 0;

    public static bool operator >(LedgerMonth left, LedgerMonth right) => left.CompareTo(right) > 0;

    public static bool operator <=(LedgerMonth left, LedgerMonth right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LedgerMonth left, LedgerMonth right) => left.CompareTo(right) >= 0;

    /// <summary><c>2026-11</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}");

    [GeneratedRegex(@"\b(messages|sent_addresses|provider_refs)\b")]
    private static partial Regex Tables();
}
