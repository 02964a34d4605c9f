using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>What a bucket has left for one channel of an occurrence; null: it is only counted.</summary>
internal readonly record struct BudgetLeft(short Channel, string Name, long? Left);

/// <summary>
/// Money for messages: reserved in the transaction of the lease at the highest price, settled at the real one, given back when a message certainly
/// was not delivered, kept while it is unknown. Thread-safe.
/// </summary>
internal sealed class MessageBudgets(AuditChain audit, BusinessClock clock)
{
    private const decimal Micros = 1_000_000m;

    /// <summary>Micro-batches that a part is given money for at a time.</summary>
    private const int Ahead = 15;

    /// <summary>What a bucket without a limit hands out.</summary>
    private const long Unlimited = 1L << 60;

    /// <summary>Brings buckets and routes of a campaign in line with its approved brief; what was used stays used.</summary>
    public static async Task SetAsync(WriteTransaction tx, Guid campaignId, Brief brief, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        // Parts before buckets: the order in which a lease locks them.
        var shares = (await tx.Locked<BudgetShare>("SELECT * FROM budget_shares WHERE campaign_id = {0} ORDER BY name, shard", campaignId).ToListAsync(cancellationToken)).ToLookup(row => row.Name);
        var buckets = await tx.Locked<MessageBudget>("SELECT * FROM message_budgets WHERE campaign_id = {0} ORDER BY name", campaignId).ToDictionaryAsync(row => row.Name, cancellationToken);
        foreach (var (name, amount) in Buckets(brief.Budget))
        {
            if (!buckets.Remove(name, out var bucket))
            {
                tx.Db.Add(bucket = new MessageBudget { CampaignId = campaignId, Name = name });
                for (short shard = 0; shard <= BudgetShare.Rest; shard++)
                    tx.Db.Add(new BudgetShare { CampaignId = campaignId, Name = name, Shard = shard });
            }
            SetAmount(bucket, amount, shares[name]);
        }
        // A line that is gone no longer limits; what it paid stays on record.
        foreach (var gone in buckets.Values)
            SetAmount(gone, null, shares[gone.Name]);
        await tx.Db.SaveChangesAsync(cancellationToken);
        await tx.Db.BudgetRoutes.Where(row => row.CampaignId == campaignId).ExecuteDeleteAsync(cancellationToken);
        var occurrences = await (from occurrence in tx.Db.Occurrences join reachout in tx.Db.Reachouts on occurrence.ReachoutId equals reachout.Id where occurrence.CampaignId == campaignId select new { occurrence.Id, reachout.Phase }).ToListAsync(cancellationToken);
        foreach (var occurrence in occurrences)
            tx.Db.AddRange(Routes(brief, occurrence.Phase).Select(route => new BudgetRoute { OccurrenceId = occurrence.Id, Channel = route.Channel, Name = route.Name, CampaignId = campaignId }));
        await tx.Db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Quotas were handed out of the amount before; they are handed out anew.</summary>
    private static void SetAmount(MessageBudget bucket, long? amount, IEnumerable<BudgetShare> shares)
    {
        if (bucket.Amount == amount)
            return;
        (bucket.Amount, bucket.ExhaustedAt) = (amount, null);
        foreach (var share in shares.Where(share => share.Shard < BudgetShare.Lending))
            share.Quota = share.Reserved + share.Spent;
    }

    /// <summary>What the buckets of campaigns hold and have paid.</summary>
    public static IQueryable<BudgetUse> Uses(OrchestratorDb db, IReadOnlyCollection<Guid> campaigns) =>
        db.BudgetShares.Where(row => campaigns.Contains(row.CampaignId)).GroupBy(row => new { row.CampaignId, row.Name })
            .Select(group => new BudgetUse { CampaignId = group.Key.CampaignId, Name = group.Key.Name, Reserved = group.Sum(row => row.Reserved), Spent = group.Sum(row => row.Spent) });

    /// <summary>What is left for each channel of an occurrence. Another sender may be faster: <see cref="ChargeAsync"/> decides.</summary>
    public static async Task<IReadOnlyList<BudgetLeft>> LeftAsync(OrchestratorDb db, long occurrenceId, CancellationToken cancellationToken) =>
        await (
            from route in db.BudgetRoutes
            join bucket in db.MessageBudgets on new { route.CampaignId, route.Name } equals new { bucket.CampaignId, bucket.Name }
            where route.OccurrenceId == occurrenceId
            select new BudgetLeft(
                route.Channel, bucket.Name, bucket.Amount - db.BudgetShares.Where(share => share.CampaignId == bucket.CampaignId && share.Name == bucket.Name).Sum(share => share.Reserved + share.Spent))).ToListAsync(cancellationToken);

    /// <summary>Why what is unsent at the end of an occurrence's time is unsent: for want of money where a limit of its own was reached.</summary>
    public static async Task<SkipReason> WhyLateAsync(OrchestratorDb db, long occurrenceId, CancellationToken cancellationToken) =>
        await (
            from route in db.BudgetRoutes
            join bucket in db.MessageBudgets on new { route.CampaignId, route.Name } equals new { bucket.CampaignId, bucket.Name }
            where route.OccurrenceId == occurrenceId && bucket.Amount != null && bucket.ExhaustedAt != null
            select route).AnyAsync(cancellationToken) ? SkipReason.Budget : SkipReason.TooLate;

    /// <summary>Moves money with messages that were charged before. Last in its transaction.</summary>
    /// <param name="shard">The part that takes note.</param>
    public static async Task ApplyAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<CostMove> moves, short shard, CancellationToken cancellationToken)
    {
        var sums = Sums(moves);
        if (sums.Count == 0)
            return;
        await using var command = Command(tx, BudgetSql.For(tx.Dialect).Apply, occurrenceId, shard);
        RowSet.Bind(
            command, tx.Dialect,
            ("channel", sums.Select(sum => sum.Channel).ToArray()), ("reserved", sums.Select(sum => sum.Reserved).ToArray()), ("spent", sums.Select(sum => sum.Spent).ToArray()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reserves money for messages that are being leased, also where there is too little: the caller gives that back in the same transaction.</summary>
    /// <param name="shard">A lending part that no other batch charges at the time, so that senders seldom wait for each other.</param>
    /// <returns>Channels that have too little: another sender took what was left.</returns>
    public static async Task<IReadOnlySet<short>> ChargeAsync(WriteTransaction tx, Guid campaignId, long occurrenceId, IReadOnlyList<CostMove> moves, short shard, CancellationToken cancellationToken)
    {
        var sums = Sums(moves);
        if (sums.Count == 0)
            return new HashSet<short>();
        var beyondQuota = new List<string>();
        await using (var command = Command(tx, BudgetSql.For(tx.Dialect).Charge, occurrenceId, shard))
        {
            RowSet.Bind(command, tx.Dialect, ("channel", sums.Select(sum => sum.Channel).ToArray()), ("reserved", sums.Select(sum => sum.Reserved).ToArray()));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetInt64(1) > 0)
                    beyondQuota.Add(reader.GetString(0));
            }
        }
        var over = new List<string>();
        foreach (var name in beyondQuota.Order(StringComparer.Ordinal))
        {
            if (!await DrawAsync(tx, campaignId, name, sums.Sum(sum => sum.Reserved), shard, cancellationToken))
                over.Add(name);
        }
        if (over.Count == 0)
            return new HashSet<short>();
        var routes = await tx.Db.BudgetRoutes.Where(row => row.OccurrenceId == occurrenceId && over.Contains(row.Name)).Select(row => row.Channel).ToListAsync(cancellationToken);
        return sums.Select(sum => sum.Channel).Intersect(routes).ToHashSet();
    }

    /// <summary>Raises the quota of a part that was charged beyond it: out of what nobody has, else out of what other parts don't need now.</summary>
    /// <returns>False: there is too little.</returns>
    private static async Task<bool> DrawAsync(WriteTransaction tx, Guid campaignId, string name, long need, short shard, CancellationToken cancellationToken)
    {
        var bucket = await tx.Locked<MessageBudget>("SELECT * FROM message_budgets WHERE campaign_id = {0} AND name = {1}", campaignId, name).SingleAsync(cancellationToken);
        // Read after the lock: quotas change under it only.
        var shares = await tx.Db.BudgetShares.AsNoTracking().Where(row => row.CampaignId == campaignId && row.Name == name).ToListAsync(cancellationToken);
        var own = shares.Single(row => row.Shard == shard);
        var missing = own.Reserved + own.Spent - own.Quota;
        var left = bucket.Amount is { } amount ? amount - shares.Sum(row => row.Shard < BudgetShare.Lending ? row.Quota : row.Reserved + row.Spent) : Unlimited;
        if (left < missing)
            left += await TakeBackAsync(tx, campaignId, name, shard, cancellationToken);
        if (left < missing)
            return false;
        // Several micro-batches' worth, but near the end only what is needed.
        var grant = missing + Math.Min((left - missing) / BudgetShare.Lending, Ahead * need);
        await tx.Db.BudgetShares.Where(row => row.CampaignId == campaignId && row.Name == name && row.Shard == shard).ExecuteUpdateAsync(set => set.SetProperty(row => row.Quota, row => row.Quota + grant), cancellationToken);
        // Used up until there was room again for what had waited: money that comes back message by message is no new beginning.
        if (left - missing >= bucket.ShortOf)
            bucket.ExhaustedAt = null;
        await tx.Db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>Takes back what other parts were given and have not used. A part that is being charged is left alone: it would wait for us, and we for it.</summary>
    private static async Task<long> TakeBackAsync(WriteTransaction tx, Guid campaignId, string name, short shard, CancellationToken cancellationToken)
    {
        var others = await tx.LockedIfFree<BudgetShare>("SELECT * FROM budget_shares WHERE campaign_id = {0} AND name = {1} AND shard < {2} AND shard <> {3} AND quota > reserved + spent ORDER BY shard", campaignId, name, BudgetShare.Lending, shard).ToListAsync(cancellationToken);
        var back = 0L;
        foreach (var other in others)
        {
            back += other.Quota - other.Reserved - other.Spent;
            other.Quota = other.Reserved + other.Spent;
        }
        await tx.Db.SaveChangesAsync(cancellationToken);
        return back;
    }

    private static List<(short Channel, long Reserved, long Spent)> Sums(IReadOnlyList<CostMove> moves) =>
        [.. moves.GroupBy(move => move.Channel).Select(group => (Channel: group.Key, Reserved: group.Sum(move => move.Reserved), Spent: group.Sum(move => move.Spent))).Where(sum => sum.Reserved != 0 || sum.Spent != 0).OrderBy(sum => sum.Channel)];

    /// <summary>Notes that messages wait for money: once, until there was room for them again.</summary>
    /// <param name="needs">The buckets, and what the cheapest message needs that waits for each.</param>
    public async Task NoteExhaustedAsync(WriteTransaction tx, Guid campaignId, IReadOnlyDictionary<string, long> needs, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var buckets = await tx.Locked<MessageBudget>("SELECT * FROM message_budgets WHERE campaign_id = {0} ORDER BY name", campaignId).ToListAsync(cancellationToken);
        // Read after the lock: money may have come back since the look.
        var uses = await Uses(tx.Db, [campaignId]).ToDictionaryAsync(use => use.Name, cancellationToken);
        foreach (var bucket in buckets)
        {
            if (bucket.ExhaustedAt is not null || !needs.TryGetValue(bucket.Name, out var need) || !(bucket.Amount - uses[bucket.Name].Reserved - uses[bucket.Name].Spent < need))
                continue;
            (bucket.ExhaustedAt, bucket.ShortOf) = (now, need);
            await audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), Actor.System, cancellationToken, new AuditEntry("budget-exhausted", bucket.Name.Length == 0 ? null : bucket.Name, new { amount = bucket.Amount / Micros, reserved = uses[bucket.Name].Reserved / Micros, spent = uses[bucket.Name].Spent / Micros }));
        }
    }

    private static IEnumerable<(string Name, long? Amount)> Buckets(Budget budget) =>
        [(MessageBudget.Whole, (long?)(budget.Messages * Micros)), .. budget.Lines.Where(line => line.Channels.Count > 0).Select(line => (line.Name, (long?)(line.Amount * Micros)))];

    private static IEnumerable<(short Channel, string Name)> Routes(Brief brief, string phaseKey)
    {
        if (brief.Phases.FirstOrDefault(phase => phase.Key == phaseKey) is not { } phase)
            yield break;
        foreach (var name in phase.AllChannels().Distinct())
        {
            var channel = LedgerChannel.Of(ChannelNames.Parse(name));
            yield return (channel, MessageBudget.Whole);
            // The first line that covers the channel pays.
            if (brief.Budget.Lines.FirstOrDefault(line => line.Channels.Contains(name) && (line.Phases.Count == 0 || line.Phases.Contains(phaseKey))) is { } line)
                yield return (channel, line.Name);
        }
    }

    private static DbCommand Command(WriteTransaction tx, string text, long occurrenceId, short shard)
    {
        var command = tx.Connection.CreateCommand();
        command.Transaction = tx.Transaction;
#pragma warning disable CA2100 // One of BudgetSql's texts.
        command.CommandText = text;
#pragma warning restore CA2100
        RowSet.Bind(command, "occurrence", occurrenceId);
        RowSet.Bind(command, "shard", shard);
        return command;
    }

    /// <summary>The statements, per dialect.</summary>
    private sealed class BudgetSql
    {
        private static readonly BudgetSql PostgreSql = new(DatabaseDialect.PostgreSql);
        private static readonly BudgetSql Sqlite = new(DatabaseDialect.Sqlite);

        private BudgetSql(DatabaseDialect dialect)
        {
            var isPostgres = dialect == DatabaseDialect.PostgreSql;
            // Parts are locked by name, so that two senders never wait for each other crosswise.
            var locked = isPostgres ? ", k AS MATERIALIZED (SELECT s.campaign_id, s.name FROM budget_shares s JOIN d ON s.campaign_id = d.campaign_id AND s.name = d.name WHERE s.shard = @shard ORDER BY s.name FOR UPDATE OF s)" : "";
            var join = isPostgres ? "d JOIN k ON k.campaign_id = d.campaign_id AND k.name = d.name" : "d";
            var own = isPostgres ? "s.name, s.reserved + s.spent - s.quota" : "name, reserved + spent - quota";
            string Move(string sums, string set, params string[] columns) => $"""
                WITH d AS (SELECT t.campaign_id, t.name, {sums} FROM {RowSet.Source(dialect, ["channel", .. columns])}
                    JOIN budget_routes t ON t.occurrence_id = @occurrence AND t.channel = r.channel GROUP BY t.campaign_id, t.name){locked}
                UPDATE budget_shares AS s SET {set} FROM {join} WHERE s.campaign_id = d.campaign_id AND s.name = d.name AND s.shard = @shard
                """;
            Apply = Move("SUM(r.reserved) AS reserved, SUM(r.spent) AS spent", "reserved = s.reserved + d.reserved, spent = s.spent + d.spent", "reserved", "spent");
            Charge = $"{Move("SUM(r.reserved) AS reserved", "reserved = s.reserved + d.reserved", "reserved")} RETURNING {own}";
        }

        public string Apply { get; }

        public string Charge { get; }

        public static BudgetSql For(DatabaseDialect dialect) => dialect == DatabaseDialect.PostgreSql ? PostgreSql : Sqlite;
    }
}
