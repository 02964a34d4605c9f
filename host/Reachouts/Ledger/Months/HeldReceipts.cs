using System.Text.Json;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts
{
    /// <summary>A receipt or reply that outlived its term in the inbox because a legal hold covers it.</summary>
    public sealed class HeldReceipt
    {
        /// <summary>That of the inbox.</summary>
        public long Id { get; init; }
        public long CustomerNo { get; init; }

        /// <summary>The message that a receipt tells of; null: a reply, or the receipt of its confirmation.</summary>
        public long? OccurrenceId { get; init; }
        public short? Step { get; init; }
        public int AccountNo { get; init; }
        public bool IsReply { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }

        /// <summary>As in the inbox: JSON, encrypted.</summary>
        public required string Content { get; init; }
        public DateTimeOffset KeptAt { get; init; }
    }

    /// <summary>A kept receipt or reply for those who deal with the hold.</summary>
    /// <param name="Content">As the provider's adapter read it: a reply with its words, a receipt with its code.</param>
    public sealed record HeldReceiptView(long Id, string? Customer, string? MessageId, int AccountNo, bool IsReply, DateTimeOffset ReceivedAt, DateTimeOffset KeptAt, JsonElement Content);

    /// <summary>That there is a kept receipt or reply, not what it says.</summary>
    /// <param name="MessageId">The message that a receipt tells of; null: a reply.</param>
    public sealed record HeldReceiptLine(long Id, string? Customer, string? MessageId, Guid? CampaignId, string? Campaign, string? Account, bool IsReply, DateTimeOffset ReceivedAt, DateTimeOffset KeptAt);

    /// <summary>
    /// Keeps apart what legal holds cover of the inbox, when its term there is over. A receipt is of a message; a reply is of everybody who had its address when
    /// it came, and under a hold of every campaign in whose audience they are; the receipt of an opt-out's confirmation goes with the reply. Thread-safe.
    /// </summary>
    internal sealed class HeldReceipts(Database database, PersonalData personal)
    {
        private const int PageSize = 500;

        /// <summary>Lines to a page.</summary>
        public const int LineSize = 50;

        private const string IsHeld = """
            EXISTS (SELECT 1 FROM legal_holds h WHERE h.lifted_at IS NULL AND (h.customer_no IS NULL OR h.customer_no = e.customer_no)
              AND (h.campaign_id IS NULL OR EXISTS (SELECT 1 FROM occurrences o WHERE o.id = e.occurrence_id AND o.campaign_id = h.campaign_id)
                OR (e.occurrence_id IS NULL AND EXISTS (SELECT 1 FROM audience_members a WHERE a.campaign_id = h.campaign_id AND a.customer_no = e.customer_no))))
            """;

        /// <summary>A slice of what was applied before a moment goes from the inbox; what holds cover of it is kept apart in the same transaction.</summary>
        /// <returns>How many went.</returns>
        public static async Task<int> PurgeAsync(WriteTransaction tx, int slice, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
        {
            await LegalHolds.LockAsync(tx, cancellationToken);
            Task<int> ExecuteAsync(string sql, object parameters) => tx.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, tx.Transaction, cancellationToken: cancellationToken));
            var ids = (await tx.Connection.QueryAsync<long>(new CommandDefinition(
                "SELECT id FROM receipt_inbox WHERE state = 1 AND received_at < @before LIMIT @slice", new { before = before.ToUnixTimeMilliseconds(), slice }, tx.Transaction, cancellationToken: cancellationToken))).ToList();
            if (ids.Count == 0)
                return 0;
            var ofSlice = tx.Dialect == DatabaseDialect.PostgreSql ? "= ANY(@ids)" : "IN @ids";
            await ExecuteAsync(
                $"""
                INSERT INTO held_receipts (id, customer_no, occurrence_id, step, account_no, is_reply, received_at, content, kept_at)
                SELECT e.id, e.customer_no, e.occurrence_id, e.step, e.account_no, e.is_reply, e.received_at, e.content, @now FROM receipt_inbox e
                WHERE e.id {ofSlice} AND e.customer_no IS NOT NULL AND {IsHeld}
                """,
                new { ids, now = now.ToUnixTimeMilliseconds() });
            return await ExecuteAsync($"DELETE FROM receipt_inbox WHERE id {ofSlice}", new { ids });
        }

        /// <summary>Takes away a slice of what no hold covers any more.</summary>
        /// <returns>How many.</returns>
        public static Task<int> ReleaseAsync(WriteTransaction tx, int slice, CancellationToken cancellationToken) =>
            tx.Connection.ExecuteAsync(new CommandDefinition($"DELETE FROM held_receipts WHERE id IN (SELECT e.id FROM held_receipts e WHERE NOT {IsHeld} LIMIT @slice)", new { slice }, tx.Transaction, cancellationToken: cancellationToken));

        /// <summary>What is kept and one hold covers, oldest first, a page of 500 after an id.</summary>
        public Task<IReadOnlyList<HeldReceiptView>> ListAsync(LegalHold hold, long after, CancellationToken cancellationToken) =>
            database.ReadAsync<IReadOnlyList<HeldReceiptView>>(
                async (db, token) =>
                {
                    var rows = await Covered(db, hold).Where(row => row.Id > after).OrderBy(row => row.Id).Take(PageSize)
                        .Select(row => new { row, Customer = db.Customers.Where(customer => customer.CustomerNo == row.CustomerNo).Select(customer => customer.ExternalId).FirstOrDefault() }).ToListAsync(token);
                    return [.. rows.Select(found => View(found.row, found.Customer))];
                },
                cancellationToken);

        /// <summary>The same without what they say, newest first, a page before an id.</summary>
        public Task<IReadOnlyList<HeldReceiptLine>> LinesAsync(LegalHold hold, long before, CancellationToken cancellationToken) =>
            database.ReadAsync<IReadOnlyList<HeldReceiptLine>>(
                async (db, token) =>
                {
                    var rows = await (
                        from row in Covered(db, hold)
                        where row.Id < before
                        join found in db.Occurrences on row.OccurrenceId equals (long?)found.Id into occurrences
                        from occurrence in occurrences.DefaultIfEmpty()
                        orderby row.Id descending
                        select new
                        {
                            row.Id, row.CustomerNo, row.OccurrenceId, row.Step, row.IsReply, row.ReceivedAt, row.KeptAt, CampaignId = (Guid?)occurrence.CampaignId,
                            Customer = db.Customers.Where(customer => customer.CustomerNo == row.CustomerNo).Select(customer => customer.ExternalId).FirstOrDefault(),
                            Campaign = db.Campaigns.Where(campaign => campaign.Id == occurrence.CampaignId).Select(campaign => campaign.Code).FirstOrDefault(),
                            Account = db.ChannelAccounts.Where(account => account.No == row.AccountNo).Select(account => account.Name).FirstOrDefault(),
                        }).Take(LineSize).ToListAsync(token);
                    return [.. rows.Select(row => new HeldReceiptLine(row.Id, row.Customer, MessageOf(row.OccurrenceId, row.CustomerNo, row.Step), row.CampaignId, row.Campaign, row.Account, row.IsReply, row.ReceivedAt, row.KeptAt))];
                },
                cancellationToken);

        /// <returns>Null: the hold covers no such.</returns>
        public Task<HeldReceiptView?> FindAsync(LegalHold hold, long id, CancellationToken cancellationToken) =>
            database.ReadAsync(
                async (db, token) => await Covered(db, hold).SingleOrDefaultAsync(row => row.Id == id, token) is { } row
                    ? View(row, await db.Customers.Where(customer => customer.CustomerNo == row.CustomerNo).Select(customer => customer.ExternalId).SingleOrDefaultAsync(token)) : null,
                cancellationToken);

        private static IQueryable<HeldReceipt> Covered(OrchestratorDb db, LegalHold hold) =>
            db.HeldReceipts.AsNoTracking().Where(row => (hold.CustomerNo == null || row.CustomerNo == hold.CustomerNo)
                && (hold.CampaignId == null || db.Occurrences.Any(of => of.Id == row.OccurrenceId && of.CampaignId == hold.CampaignId)
                    || (row.OccurrenceId == null && db.AudienceMembers.Any(member => member.CampaignId == hold.CampaignId && member.CustomerNo == row.CustomerNo))));

        private HeldReceiptView View(HeldReceipt row, string? customer) => new(
            row.Id, customer, MessageOf(row.OccurrenceId, row.CustomerNo, row.Step), row.AccountNo, row.IsReply, row.ReceivedAt, row.KeptAt,
            JsonSerializer.Deserialize<JsonElement>(personal.Unprotect(row.Content, ReceiptInbox.Place)!));

        private static string? MessageOf(long? occurrenceId, long customerNo, short? step) => occurrenceId is { } occurrence ? new MessageId(occurrence, customerNo, step ?? 0).ToString() : null;
    }

    internal sealed class HeldReceiptMapping : IEntityTypeConfiguration<HeldReceipt>
    {
        public void Configure(EntityTypeBuilder<HeldReceipt> builder)
        {
            builder.ToTable("held_receipts");
            builder.Property(row => row.Id).ValueGeneratedNever();
            builder.HasIndex(row => row.CustomerNo);   // one customer's
        }
    }
}

namespace Orchestrator.Host.Storage
{
    public sealed partial class OrchestratorDb
    {
        public DbSet<HeldReceipt> HeldReceipts => Set<HeldReceipt>();
    }
}
