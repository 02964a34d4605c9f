using System.Text.Json;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Payload of <see cref="DropMonth"/>.</summary>
internal sealed record DropWork(int Month);

/// <summary>
/// Drops a month that two people, or the rule, agreed on. What legal holds cover is kept apart in the transaction in which its message goes; figures
/// that reports read from messages are kept before the first goes. PostgreSQL empties the month's tables in that one transaction and throws them away
/// afterwards; SQLite takes slices. It may die at any line and begin again.
/// </summary>
internal sealed class DropMonth(
    Database database, MonthObstacles obstacles, HeldCopies copies, LedgerPartitions partitions, WorkSchedule schedule, AuditChain audit, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "drop-month";
    private const int Slice = 500;
    private const int Window = 5_000;

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var month = LedgerMonth.OfNumber(JsonSerializer.Deserialize<DropWork>(item.Payload, JsonDefaults.Options)!.Month);
        while (!await StepAsync(month, item, cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
        await partitions.ThrowAwayAsync(month, cancellationToken);
    }

    /// <summary>One transaction of it.</summary>
    /// <returns>Whether that was the last.</returns>
    internal async Task<bool> StepAsync(LedgerMonth month, WorkItem item, CancellationToken cancellationToken)
    {
        var state = await database.ReadAsync((db, token) => db.MonthDrops.Where(row => row.Month == month.Number).Select(row => (DropState?)row.State).SingleOrDefaultAsync(token), cancellationToken);
        return state switch
        {
            DropState.Approved => await database.WriteAsync((tx, token) => BeginAsync(tx, month, item, token), cancellationToken),
            DropState.Going => await GoOnAsync(month, item, cancellationToken),
            _ => await database.WriteAsync((tx, token) => EndAsync(tx, item, token), cancellationToken),
        };
    }

    private async Task<bool> EndAsync(WriteTransaction tx, WorkItem item, CancellationToken cancellationToken)
    {
        await schedule.CompleteAsync(tx, item, cancellationToken);
        return true;
    }

    private async Task<bool> BeginAsync(WriteTransaction tx, LedgerMonth month, WorkItem item, CancellationToken cancellationToken)
    {
        await LegalHolds.LockAsync(tx, cancellationToken);
        var drop = await LockedAsync(tx, month, cancellationToken);
        if (drop.State != DropState.Approved)
            return false;
        var occurrences = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id > {0} AND id < {1} ORDER BY id", month.FirstId, month.EndId).ToListAsync(cancellationToken);
        var figures = (await MonthObstacles.ReadAsync(tx.Db, month, cancellationToken)).SingleOrDefault() ?? new MonthFigures(month, [], 0, 0, 0);
        if (await obstacles.OfAsync(tx.Db, figures, await obstacles.TermAsync(tx.Db, cancellationToken), cancellationToken) is { Count: > 0 } found)
        {
            (drop.State, drop.ApprovedBy, drop.ApprovedAt) = (DropState.Requested, null, null);
            await audit.AppendAsync(tx, LedgerMonths.Chain, Actor.System, cancellationToken, new AuditEntry("ledger-month-kept", month.ToString(), new { obstacles = found }));
            return await EndAsync(tx, item, cancellationToken);
        }
        await partitions.CloseAsync(tx, month, cancellationToken);
        foreach (var occurrence in occurrences)
            await KeptFigures.KeepAsync(tx.Db, occurrence, cancellationToken);
        (drop.State, drop.Messages) = (DropState.Going, figures.Messages);
        await tx.Db.SaveChangesAsync(cancellationToken);
        if (tx.Dialect == DatabaseDialect.Sqlite)
            return false;
        await copies.CopyMessagesAsync(tx, month.FirstId, month.EndId, 0, long.MaxValue, cancellationToken);
        await HeldCopies.CopyEvidenceAsync(tx, month, cancellationToken);
        await partitions.EmptyAsync(tx, month, cancellationToken);
        await FinishAsync(tx, drop, month, occurrences.Count, cancellationToken);
        return await EndAsync(tx, item, cancellationToken);
    }

    /// <summary>SQLite: one slice of the messages; when there are no more, all that is beside them.</summary>
    private async Task<bool> GoOnAsync(LedgerMonth month, WorkItem item, CancellationToken cancellationToken)
    {
        if (await database.WriteAsync((tx, token) => TakeSliceAsync(tx, month, token), cancellationToken))
            return false;
        await database.WriteAsync((tx, token) => HeldCopies.CopyEvidenceAsync(tx, month, token), cancellationToken);
        foreach (var table in partitions.Tables.Select(table => table.Table).Append("sandbox_messages"))
            await TakeWindowsAsync(table, month, cancellationToken);
        return await database.WriteAsync(
            async (tx, token) =>
            {
                var drop = await LockedAsync(tx, month, token);
                await FinishAsync(tx, drop, month, await tx.Db.Occurrences.CountAsync(row => row.Id > month.FirstId && row.Id < month.EndId, token), token);
                return await EndAsync(tx, item, token);
            },
            cancellationToken);
    }

    /// <returns>False: there was none.</returns>
    private async Task<bool> TakeSliceAsync(WriteTransaction tx, LedgerMonth month, CancellationToken cancellationToken)
    {
        if (await tx.Db.Messages.Where(row => row.OccurrenceId > month.FirstId && row.OccurrenceId < month.EndId).OrderBy(row => row.OccurrenceId).Select(row => (long?)row.OccurrenceId).FirstOrDefaultAsync(cancellationToken) is not { } occurrence)
            return false;
        var last = await tx.Db.Messages.Where(row => row.OccurrenceId == occurrence).OrderBy(row => row.CustomerNo).ThenBy(row => row.Step).Select(row => row.CustomerNo).Take(Slice).MaxAsync(cancellationToken);
        await copies.CopyMessagesAsync(tx, occurrence - 1, occurrence + 1, 0, last, cancellationToken);
        await tx.Db.Messages.Where(row => row.OccurrenceId == occurrence && row.CustomerNo <= last).ExecuteDeleteAsync(cancellationToken);
        return true;
    }

    /// <summary>Walks a table by windows of its rows: short transactions, and every row is looked at once.</summary>
    private async Task TakeWindowsAsync(string table, LedgerMonth month, CancellationToken cancellationToken)
    {
        for (var (after, most) = (0L, long.MaxValue); after < most; after += Window)
        {
            var from = after;
            most = await database.WriteAsync(
                async (tx, token) =>
                {
                    await tx.Connection.ExecuteAsync(new CommandDefinition(
                        $"DELETE FROM {table} WHERE rowid > @from AND rowid <= @to AND occurrence_id > @first AND occurrence_id < @end",
                        new { from, to = from + Window, first = month.FirstId, end = month.EndId }, tx.Transaction, cancellationToken: token));
                    return await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition($"SELECT MAX(rowid) FROM {table}", transaction: tx.Transaction, cancellationToken: token)) ?? 0;
                },
                cancellationToken);
        }
    }

    private async Task FinishAsync(WriteTransaction tx, MonthDrop drop, LedgerMonth month, int occurrences, CancellationToken cancellationToken)
    {
        if (tx.Dialect == DatabaseDialect.PostgreSql)
            await tx.Db.SandboxMessages.Where(row => row.OccurrenceId > month.FirstId && row.OccurrenceId < month.EndId).ExecuteDeleteAsync(cancellationToken);
        drop.KeptApart = await tx.Db.HeldMessages.LongCountAsync(row => row.OccurrenceId > month.FirstId && row.OccurrenceId < month.EndId, cancellationToken);
        (drop.State, drop.DroppedAt) = (DropState.Dropped, clock.GetUtcNow());
        await audit.AppendAsync(
            tx, LedgerMonths.Chain, Actor.System, cancellationToken,
            new AuditEntry("ledger-month-dropped", month.ToString(), new { occurrences, drop.Messages, drop.KeptApart, drop.RequestedBy, drop.ApprovedBy }, drop.Reason));
        await DropAudiences.EnqueueAsync(tx, schedule, clock.GetUtcNow(), cancellationToken);
    }

    private static Task<MonthDrop> LockedAsync(WriteTransaction tx, LedgerMonth month, CancellationToken cancellationToken) =>
        tx.Locked<MonthDrop>("SELECT * FROM ledger_month_drops WHERE month = {0}", month.Number).SingleAsync(cancellationToken);
}

/// <summary>After a legal hold was lifted: what was kept apart only for it goes, slice by slice.</summary>
internal sealed class ReleaseHeld(Database database, WorkSchedule schedule, AuditChain audit) : IWorkHandler
{
    private const int Slice = 500;

    public string Kind => LegalHolds.ReleaseKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<ReleaseWork>(item.Payload, JsonDefaults.Options)!;
        while (await database.WriteAsync((tx, token) => ReleaseAsync(tx, item, work, token), cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<bool> ReleaseAsync(WriteTransaction tx, WorkItem item, ReleaseWork work, CancellationToken cancellationToken)
    {
        await LegalHolds.LockAsync(tx, cancellationToken);
        var (messages, receipts) = (await HeldCopies.ReleaseAsync(tx, Slice, cancellationToken), await HeldReceipts.ReleaseAsync(tx, Slice, cancellationToken));
        if (messages + receipts > 0)
            await audit.AppendAsync(tx, LegalHolds.Chain, Actor.System, cancellationToken, new AuditEntry("held-messages-released", work.HoldId.ToString(), new { messages, receipts }));
        else
            await schedule.CompleteAsync(tx, item, cancellationToken);
        return messages + receipts > 0;
    }
}
