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

    /// <summary>Brings buckets and routes of a campaign in line with its approved brief; what was used stays used.</summary>
    public static async Task SetAsync(WriteTransaction tx, Guid campaignId, Brief brief, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        var buckets = await tx.Locked<MessageBudget>("SELECT * FROM message_budgets WHERE campaign_id = {0}", campaignId).ToDictionaryAsync(row => row.Name, cancellationToken);
        foreach (var (name, amount) in Buckets(brief.Budget))
        {
            if (!buckets.Remove(name, out var bucket))
                tx.Db.Add(bucket = new MessageBudget { CampaignId = campaignId, Name = name });
            if (bucket.Amount != amount)
                (bucket.Amount, bucket.ExhaustedAt) = (amount, null);
        }
        // A line that is gone no longer limits; what it paid stays on record.
        foreach (var gone in buckets.Values)
            (gone.Amount, gone.ExhaustedAt) = (null, null);
        await tx.Db.SaveChangesAsync(cancellationToken);
        await tx.Db.BudgetRoutes.Where(row => row.CampaignId == campaignId).ExecuteDeleteAsync(cancellationToken);
        var occurrences = await (from occurrence in tx.Db.Occurrences join reachout in tx.Db.Reachouts on occurrence.ReachoutId equals reachout.Id where occurrence.CampaignId == campaignId select new { occurrence.Id, reachout.Phase }).ToListAsync(cancellationToken);
        foreach (var occurrence in occurrences)
            tx.Db.AddRange(Routes(brief, occurrence.Phase).Select(route => new BudgetRoute { OccurrenceId = occurrence.Id, Channel = route.Channel, Name = route.Name, CampaignId = campaignId }));
        await tx.Db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>What is left for each channel of an occurrence. Another sender may be faster: <see cref="ApplyAsync"/> decides.</summary>
    public static async Task<IReadOnlyList<BudgetLeft>> LeftAsync(OrchestratorDb db, long occurrenceId, CancellationToken cancellationToken) =>
        await (
            from route in db.BudgetRoutes
            join bucket in db.MessageBudgets on new { route.CampaignId, route.Name } equals new { bucket.CampaignId, bucket.Name }
            where route.OccurrenceId == occurrenceId
            select new BudgetLeft(route.Channel, bucket.Name, bucket.Amount - bucket.Reserved - bucket.Spent)).ToListAsync(cancellationToken);

    /// <summary>Why what is unsent at the end of an occurrence's time is unsent: for want of money where a limit of its own was reached.</summary>
    public static async Task<SkipReason> WhyLateAsync(OrchestratorDb db, long occurrenceId, CancellationToken cancellationToken) =>
        await (
            from route in db.BudgetRoutes
            join bucket in db.MessageBudgets on new { route.CampaignId, route.Name } equals new { bucket.CampaignId, bucket.Name }
            where route.OccurrenceId == occurrenceId && bucket.Amount != null && bucket.ExhaustedAt != null
            select route).AnyAsync(cancellationToken) ? SkipReason.Budget : SkipReason.TooLate;

    /// <summary>Moves money with the messages. Last in its transaction: the rows are hot.</summary>
    /// <returns>Channels of a bucket that is now overdrawn: another sender took what was left.</returns>
    public static async Task<IReadOnlySet<short>> ApplyAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<CostMove> moves, CancellationToken cancellationToken)
    {
        var perChannel = moves.GroupBy(move => move.Channel)
            .Select(group => (Channel: group.Key, Reserved: group.Sum(move => move.Reserved), Spent: group.Sum(move => move.Spent)))
            .Where(sum => sum.Reserved != 0 || sum.Spent != 0).OrderBy(sum => sum.Channel).ToList();
        if (perChannel.Count == 0)
            return new HashSet<short>();
        var over = new List<string>();
        await using (var command = Command(tx, BudgetSql.For(tx.Dialect).Apply, occurrenceId))
        {
            RowSet.Bind(
                command, tx.Dialect,
                ("channel", perChannel.Select(sum => sum.Channel).ToArray()), ("reserved", perChannel.Select(sum => sum.Reserved).ToArray()), ("spent", perChannel.Select(sum => sum.Spent).ToArray()));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetInt64(1) > 0)
                    over.Add(reader.GetString(0));
            }
        }
        if (over.Count == 0)
            return new HashSet<short>();
        var routes = await tx.Db.BudgetRoutes.Where(row => row.OccurrenceId == occurrenceId && over.Contains(row.Name)).Select(row => row.Channel).ToListAsync(cancellationToken);
        return perChannel.Where(sum => sum.Reserved + sum.Spent > 0).Select(sum => sum.Channel).Intersect(routes).ToHashSet();
    }

    /// <summary>Notes once that messages wait for money.</summary>
    public async Task NoteExhaustedAsync(WriteTransaction tx, Guid campaignId, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var bucket in await tx.Locked<MessageBudget>("SELECT * FROM message_budgets WHERE campaign_id = {0} ORDER BY name", campaignId).ToListAsync(cancellationToken))
        {
            if (!names.Contains(bucket.Name) || bucket.ExhaustedAt is not null)
                continue;
            bucket.ExhaustedAt = now;
            await audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), Actor.System, cancellationToken, new AuditEntry("budget-exhausted", bucket.Name.Length == 0 ? null : bucket.Name, new { amount = bucket.Amount / Micros, reserved = bucket.Reserved / Micros, spent = bucket.Spent / Micros }));
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

    private static DbCommand Command(WriteTransaction tx, string text, long occurrenceId)
    {
        var command = tx.Connection.CreateCommand();
        command.Transaction = tx.Transaction;
#pragma warning disable CA2100 // One of BudgetSql's texts.
        command.CommandText = text;
#pragma warning restore CA2100
        RowSet.Bind(command, "occurrence", occurrenceId);
        return command;
    }

    /// <summary>The one statement, per dialect.</summary>
    private sealed class BudgetSql
    {
        private static readonly BudgetSql PostgreSql = new(DatabaseDialect.PostgreSql);
        private static readonly BudgetSql Sqlite = new(DatabaseDialect.Sqlite);

        private BudgetSql(DatabaseDialect dialect)
        {
            var isPostgres = dialect == DatabaseDialect.PostgreSql;
            // Buckets are locked by name, so that two senders never wait for each other crosswise.
            var locked = isPostgres ? ", k AS MATERIALIZED (SELECT b.campaign_id, b.name FROM message_budgets b JOIN d ON b.campaign_id = d.campaign_id AND b.name = d.name ORDER BY b.name FOR UPDATE OF b)" : "";
            var join = isPostgres ? "d JOIN k ON k.campaign_id = d.campaign_id AND k.name = d.name" : "d";
            var own = isPostgres ? "b.name, COALESCE(b.reserved + b.spent - b.amount, 0)" : "name, COALESCE(reserved + spent - amount, 0)";
            Apply = $"""
                WITH d AS (SELECT t.campaign_id, t.name, SUM(r.reserved) AS reserved, SUM(r.spent) AS spent FROM {RowSet.Source(dialect, "channel", "reserved", "spent")}
                    JOIN budget_routes t ON t.occurrence_id = @occurrence AND t.channel = r.channel GROUP BY t.campaign_id, t.name){locked}
                UPDATE message_budgets AS b SET reserved = b.reserved + d.reserved, spent = b.spent + d.spent,
                    exhausted_at = CASE WHEN d.reserved + d.spent < 0 THEN NULL ELSE b.exhausted_at END
                FROM {join} WHERE b.campaign_id = d.campaign_id AND b.name = d.name
                RETURNING {own}
                """;
        }

        public string Apply { get; }

        public static BudgetSql For(DatabaseDialect dialect) => dialect == DatabaseDialect.PostgreSql ? PostgreSql : Sqlite;
    }
}
