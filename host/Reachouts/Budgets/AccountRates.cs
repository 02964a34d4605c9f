using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Places in an account's rate: how many, when the first may leave (real clock, Unix µs) and how far apart; none: how long to wait.</summary>
internal readonly record struct RateGrant(int Count, long FirstAt, double Apart, TimeSpan Wait);

/// <summary>
/// The rate of an account, or of a group of accounts that share one, over all nodes and campaigns, as rows: a sender takes places for the next five seconds at most and uses each at its time.
/// Occurrences that ask at the same time get equal shares (docs/decisions/0120-rates-are-places-in-time.md). Thread-safe.
/// </summary>
internal sealed class AccountRates(Database database, TimeProvider realClock)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);
    private const double MicrosPerSecond = 1_000_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private long Now => (realClock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public Task<RateGrant> TakeAsync(int accountNo, double rate, long occurrenceId, int wanted, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO account_rates (account_no, occurrence_id, free_at, seen_at) VALUES ({accountNo}, 0, 0, 0), ({accountNo}, {occurrenceId}, 0, 0) ON CONFLICT (account_no, occurrence_id) DO NOTHING", token);
                var rows = await tx.Locked<AccountRate>("SELECT * FROM account_rates WHERE account_no = {0} ORDER BY occurrence_id", accountNo).ToListAsync(token);
                var now = Now;
                tx.Db.RemoveRange(rows.Where(row => row.OccurrenceId != 0 && row.OccurrenceId != occurrenceId && row.SeenAt < now - Micros(Kept)));
                return Take(rows[0], rows.Single(row => row.OccurrenceId == occurrenceId), rows, rate, wanted, now);
            },
            cancellationToken);

    private static RateGrant Take(AccountRate whole, AccountRate own, IReadOnlyList<AccountRate> rows, double rate, int wanted, long now)
    {
        own.SeenAt = now;
        var shares = rows.Count(row => row.OccurrenceId != 0 && row.SeenAt > now - Micros(Remembered));
        var apart = MicrosPerSecond / rate;
        var count = Math.Min(wanted, Math.Min(Room(whole, apart, now), Room(own, apart * shares, now)));
        if (count <= 0)
        {
            var next = Math.Max(NextAt(whole, apart), NextAt(own, apart * shares)) - now;
            return new RateGrant(0, 0, 0, TimeSpan.FromMicroseconds(Math.Clamp(next, 50_000, Micros(Window))));
        }
        var start = Math.Max(whole.FreeAt, now);
        whole.FreeAt = start + (long)(count * apart);
        own.FreeAt = Math.Max(own.FreeAt, now) + (long)(count * apart * shares);
        return new RateGrant(count, start, apart, TimeSpan.Zero);
    }

    /// <summary>Free places between now and the end of the window; a free account always has one, however slow it is.</summary>
    private static int Room(AccountRate row, double apart, long now)
    {
        var room = (int)Math.Min((now + Micros(Window) - Math.Max(row.FreeAt, now)) / apart, int.MaxValue);
        return row.FreeAt <= now ? Math.Max(1, room) : room;
    }

    private static long NextAt(AccountRate row, double apart) => row.FreeAt - Math.Max(0, Micros(Window) - (long)apart);

    private static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
