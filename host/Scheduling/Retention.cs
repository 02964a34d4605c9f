using Dapper;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Scheduling;

/// <summary>
/// Takes away what has served its time: finished work, answered Idempotency-Keys, applied receipts, ended tokens, ended runs,
/// messages nobody came for, days that no frequency cap looks at. In slices, so that nobody waits
/// long for the writer. Receipts and replies under legal hold are kept apart. What is not finished (due, leased, failed and waiting for a person, unmatched) stays for ever.
/// </summary>
internal sealed partial class Retention(Database database, WorkSchedule schedule, BusinessClock clock, TimeProvider realClock, OrchestratorOptions options, ILogger<Retention> log) : IWorkHandler
{
    public const string WorkKind = "retention";
    private const int Slice = 500;

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        // Requests and tokens are dated by the real clock, work and receipts by the business clock.
        var (real, business) = (realClock.GetUtcNow(), clock.GetUtcNow());
        var work = await PurgeAsync("scheduled_work", "id", "state IN ('Done', 'Cancelled') AND COALESCE(done_at, created_at) < @before", business.AddDays(-options.KeepFinishedWorkDays), cancellationToken);
        var receipts = await PurgeReceiptsAsync(business.AddDays(-options.KeepAppliedReceiptsDays), business, cancellationToken);
        var keys = await PurgeAsync("idempotency_keys", "user_name, key", "at < @before", real.AddDays(-options.KeepIdempotencyKeysDays), cancellationToken);
        var tokens = await PurgeAsync("api_tokens", "id", "COALESCE(revoked_at, expires_at) < @before", business.AddDays(-options.KeepEndedTokensDays), cancellationToken);
        var runs = await PurgeAsync("process_runs", "id", "status IN ('Completed', 'Cancelled') AND updated_at < @before", business.AddDays(-options.KeepEndedRunsDays), cancellationToken);
        await PurgeAsync("early_messages", "id", "until < @before", business, cancellationToken);
        var caps = await PastCaps.PurgeAsync(database, business, cancellationToken);
        LogPurged(work, receipts, keys, tokens, runs, caps);
        await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
    }

    private async Task<int> PurgeReceiptsAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var all = 0; ;)
        {
            var purged = await database.WriteAsync((tx, token) => HeldReceipts.PurgeAsync(tx, Slice, before, now, token), cancellationToken);
            all += purged;
            if (purged < Slice)
                return all;
        }
    }

    private async Task<int> PurgeAsync(string table, string key, string isOver, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var all = 0;
        while (true)
        {
            var purged = await database.WriteAsync(
                (tx, token) => tx.Connection.ExecuteAsync(new CommandDefinition(
                    $"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {isOver} LIMIT {Slice})",
                    new { before = before.ToUnixTimeMilliseconds() }, tx.Transaction, cancellationToken: token)),
                cancellationToken);
            all += purged;
            if (purged < Slice)
                return all;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention took away {Work} finished works, {Receipts} applied receipts, {Keys} idempotency keys, {Tokens} ended tokens, {Runs} ended runs and {Caps} days of caps.")]
    private partial void LogPurged(int work, int receipts, int keys, int tokens, int runs, int caps);
}

/// <summary>Sets the nightly run.</summary>
internal sealed class RetentionTick(Database database, RecurringTriggers triggers, OrchestratorOptions options) : IStartupStep
{
    public int Order => 50;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => triggers.SetAsync(tx, new NewTrigger("retention", Retention.WorkKind, "0 15 3 * * ?", options.CompanyTimeZone), token), cancellationToken);
}
