using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Lease and settlement where one statement can't do them: SQLite, whose transaction has the database to itself.</summary>
internal sealed partial class Ledger
{
    private async Task<LeaseResult> LeaseInStepsAsync(WriteTransaction tx, LeaseOrder order, CancellationToken cancellationToken)
    {
        var gate = order.Gate;
        if (!await tx.Db.Set<Node>().AnyAsync(row => row.Name == gate.Node && row.Epoch == gate.Epoch, cancellationToken))
            throw new LeaseLostException(gate.Node, gate.Epoch);
        var (closed, switchedAt) = await ReachoutControls.ClosedAsync(tx, gate.Scopes, cancellationToken);
        if (switchedAt > gate.SwitchesReadAt || closed.Any(scope => !new ControlScope(scope).IsPartial)
            || !await tx.Db.Campaigns.AnyAsync(row => row.Id == gate.CampaignId && row.ApprovedHash == gate.PackageHash && row.Status == CampaignStatus.Running, cancellationToken))
            return LeaseResult.Closed(switchedAt);
        var blocked = gate.Parts.Where(part => closed.Contains(part.Scope)).Select(part => part.Part).ToHashSet();
        IReadOnlyList<LeaseRow> rows = closed.Count == 0 ? order.Rows : [.. order.Rows.Where(row => row.To != MessageState.Leased || !blocked.Contains(row.Part))];
        if (rows.Count == 0)
            return new LeaseResult(false, switchedAt, []);
        rows = await TakeAddressesAsync(tx, order.OccurrenceId, await ChargeCapsAsync(tx, rows, order.Caps, cancellationToken), order.Caps, cancellationToken);
        return new LeaseResult(false, switchedAt, await MoveAsync(tx, order, rows, cancellationToken));
    }

    private async Task<IReadOnlyList<LeaseRow>> MoveAsync(WriteTransaction tx, LeaseOrder order, IReadOnlyList<LeaseRow> rows, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, sql.Lease, ("occurrence", order.OccurrenceId), ("epoch", order.Gate.Epoch), ("leaseUntil", order.LeaseUntil), ("now", Now));
        RowSet.Bind(
            command, tx.Dialect,
            ("customer_no", Column(rows, row => row.Due.CustomerNo)),
            ("step", Column(rows, row => row.Due.Step)),
            ("from_state", Column(rows, row => (short)row.Due.State)),
            ("version", Column(rows, row => row.Version)),
            ("to_state", Column(rows, row => (short)row.To)),
            ("to_reason", Column(rows, row => (short)row.Reason)),
            ("to_channel", Column(rows, row => row.Channel)),
            ("account_no", Column(rows, row => row.AccountNo)),
            ("due_at", Column(rows, row => row.DueAt)),
            ("cap_day", Column(rows, row => row.CapDay)),
            ("variant", Column(rows, row => row.Variant)),
            ("cost", Column(rows, row => row.Cost)),
            ("route", Column(rows, row => row.Route)));
        var moved = await ReadKeysAsync(command, cancellationToken);
        var left = rows.Where(row => !moved.Contains((row.Due.CustomerNo, row.Due.Step)) && row.CapDay != 0).ToList();
        if (left.Count > 0)
            await ReleaseCapsAsync(tx, order.Caps.Purpose, [.. left.Select(row => row.Charge)], cancellationToken);
        List<LeaseRow> standing = [.. rows.Where(row => moved.Contains((row.Due.CustomerNo, row.Due.Step)))];
        var deltas = new CountDeltas(order.OccurrenceId);
        foreach (var row in standing)
            deltas.Move(row.Due.Key, row.Key);
        await CountAsync(tx, deltas, order.Shard, cancellationToken);
        return standing;
    }

    /// <returns>The messages that were no longer leased for this attempt.</returns>
    private async Task<HashSet<(long CustomerNo, short Step)>> SettleInStepsAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, short purpose, short shard, CancellationToken cancellationToken)
    {
        var deltas = new CountDeltas(occurrenceId);
        var settled = await SettleFromAsync(tx, occurrenceId, rows, MessageState.Leased, SkipReason.None, deltas, cancellationToken);
        await AddRefsAsync(tx, occurrenceId, [.. rows.Where(row => row.ProviderRef is not null)], cancellationToken);
        await ReleaseCapsAsync(tx, purpose, [.. rows.Where(row => row.CapDay != 0 && settled.Contains((row.CustomerNo, row.Step))).Select(row => row.Charge)], cancellationToken);
        await CountAsync(tx, deltas, shard, cancellationToken);
        return [.. rows.Select(row => (row.CustomerNo, row.Step)).Where(key => !settled.Contains(key))];
    }

    private async Task AddRefsAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        await using var command = Command(tx, sql.AddRefs, ("occurrence", occurrenceId));
        RowSet.Bind(
            command, tx.Dialect,
            ("account_no", Column(rows, row => row.AccountNo)),
            ("ref", Column(rows, row => row.ProviderRef)),
            ("customer_no", Column(rows, row => row.CustomerNo)),
            ("step", Column(rows, row => row.Step)),
            ("attempt", Column(rows, row => row.Attempt)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Charges today's row of each customer first, which also locks it, then adds the days before: two reach-outs at the same moment can't both
    /// get the last place. Who is over is charged back and skipped.
    /// </summary>
    private async Task<IReadOnlyList<LeaseRow>> ChargeCapsAsync(WriteTransaction tx, IReadOnlyList<LeaseRow> rows, CapRule caps, CancellationToken cancellationToken)
    {
        List<CapCharge> charges = [.. rows.Where(row => row.CapDay != 0).Select(row => row.Charge).OrderBy(charge => charge.CustomerNo)];
        if (charges.Count == 0)
            return rows;
        var today = await UsedAsync(tx, sql.ChargeCaps, caps.Purpose, charges, null, cancellationToken);
        var before = new List<(CapWindow Window, Dictionary<long, (long All, long There)> Used)>();
        foreach (var window in caps.Caps.Windows)
            before.Add((window, await UsedAsync(tx, sql.CapsBefore, caps.Purpose, charges, window.Since, cancellationToken)));
        bool IsOver(CapCharge charge)
        {
            var (day, byChannel) = today[charge.CustomerNo];
            var there = new ChannelBytes(byChannel).Of(charge.Channel);
            // The byte is full: what was added went into the next one, and is taken out of it again.
            return there == 0 || day > caps.Caps.PerDay || there > caps.Caps.ChannelPerDay.LimitOf(charge.Channel)
                || before.Any(past => past.Used.GetValueOrDefault(charge.CustomerNo) is var (earlier, earlierThere)
                    && (day + earlier > past.Window.Limit || there + earlierThere > past.Window.Channels.LimitOf(charge.Channel)));
        }
        await ReleaseCapsAsync(tx, caps.Purpose, [.. charges.Where(IsOver)], cancellationToken);
        return [.. rows.Select(row => row.CapDay != 0 && IsOver(row.Charge) ? row.Refused(SkipReason.FrequencyCap) : row)];
    }

    private async Task<IReadOnlyList<LeaseRow>> TakeAddressesAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<LeaseRow> rows, CapRule caps, CancellationToken cancellationToken)
    {
        var first = new Dictionary<string, long>();
        foreach (var row in rows.Where(row => row.AddressHash is not null && row.To == MessageState.Leased))
            first.TryAdd(row.AddressHash!, row.Due.CustomerNo);
        if (first.Count == 0)
            return rows;
        var holders = new Dictionary<string, long>();
        await using (var command = Command(tx, sql.TakeAddresses, ("occurrence", occurrenceId)))
        {
            RowSet.Bind(command, tx.Dialect, ("address_hash", first.Keys.ToArray()), ("customer_no", first.Values.ToArray()));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                holders[reader.GetString(0)] = reader.GetInt64(1);
        }
        bool IsTaken(LeaseRow row) => row is { AddressHash: { } hash, To: MessageState.Leased } && holders[hash] != row.Due.CustomerNo;
        await ReleaseCapsAsync(tx, caps.Purpose, [.. rows.Where(row => IsTaken(row) && row.CapDay != 0).Select(row => row.Charge)], cancellationToken);
        return [.. rows.Select(row => IsTaken(row) ? row.Refused(SkipReason.DuplicateAddress) : row)];
    }

    /// <summary>By customer: over all channels, and what the statement tells of the channel.</summary>
    private static async Task<Dictionary<long, (long All, long There)>> UsedAsync(WriteTransaction tx, string sql, short purpose, IReadOnlyList<CapCharge> charges, Func<int, int>? since, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, sql, ("purpose", purpose));
        BindCharges(command, tx.Dialect, charges, since);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var used = new Dictionary<long, (long, long)>();
        while (await reader.ReadAsync(cancellationToken))
            used[reader.GetInt64(0)] = (reader.GetInt64(1), reader.GetInt64(2));
        return used;
    }
}
