using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Orchestrator.Host.Storage;

/// <summary>
/// The database went away in the middle: a restart, a failover, a cut line. What was open is undone by the server, so it may be begun again;
/// for a while, because servers come back.
/// </summary>
internal struct ConnectionLoss()
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private readonly long started = Stopwatch.GetTimestamp();
    private TimeSpan delay = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether it is worth another try: the server was lost and the patience is not at its end.</summary>
    public readonly bool MayPass(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && IsLoss(exception) && Stopwatch.GetElapsedTime(started) < Patience;

    public async Task<ConnectionLoss> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(delay, cancellationToken);
        var next = this;
        next.delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        return next;
    }

    /// <summary>Only for PostgreSQL: the embedded database can't be lost on the way.</summary>
    public static bool IsLoss(Exception exception) =>
        exception switch
        {
            // 57P01–57P03: the server stops, has crashed or is starting; class 08: the line.
            PostgresException { SqlState: var state } => state.StartsWith("57P0", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal) || state == PostgresErrorCodes.TooManyConnections,
            NpgsqlException { IsTransient: true } => true,
            DbUpdateException { InnerException: { } inner } => IsLoss(inner),
            InvalidOperationException { InnerException: { } inner } => IsLoss(inner),
            _ => false,
        };
}
