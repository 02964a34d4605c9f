using System.Text.Json;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Reachouts;

/// <summary>Keeps apart what legal holds cover, before a month goes. Everything in the caller's transaction; safe to repeat. Thread-safe.</summary>
internal sealed class HeldCopies(BusinessClock clock)
{
    private const string IsHeld = "EXISTS (SELECT 1 FROM legal_holds h WHERE h.lifted_at IS NULL AND (h.customer_no IS NULL OR h.customer_no = m.customer_no) AND (h.campaign_id IS NULL OR h.campaign_id = o.campaign_id))";

    private const string Messages = $"""
        INSERT INTO held_messages (occurrence_id, customer_no, step, campaign_id, state, reason, channel, account_no, attempt, due_at, changed_at, cost, variant, kept_at)
        SELECT m.occurrence_id, m.customer_no, m.step, o.campaign_id, m.state, m.reason, m.channel, m.account_no, m.attempt, m.due_at, m.changed_at, m.cost, m.variant, @now
        FROM occurrences o JOIN messages m ON m.occurrence_id = o.id
        WHERE m.occurrence_id > @from AND m.occurrence_id < @to AND m.customer_no BETWEEN @first AND @last AND {IsHeld}
        ON CONFLICT (occurrence_id, customer_no, step) DO NOTHING
        """;

    private static readonly string[] Evidence =
    [
        Copy("message_issues", EvidenceKind.Attempt, "e.step", "e.attempt", "''", "e.account_no", "e.state", "e.reason", "e.code", "e.text", "e.at"),
        Copy("provider_refs", EvidenceKind.ProviderRef, "e.step", "e.attempt", "e.ref", "e.account_no", "0", "0", "NULL", "NULL", "0"),
        Copy("sent_addresses", EvidenceKind.Address, "0", "0", "e.address_hash", "0", "0", "0", "NULL", "NULL", "0"),
        Copy("tracked_links", EvidenceKind.Link, "e.step", "0", "e.id", "0", "0", "0", "CAST(e.clicks AS TEXT) || '/' || CAST(e.human_clicks AS TEXT)", "e.target", "COALESCE(e.first_click_at, 0)"),
        Copy(
            "(SELECT c.id, c.occurrence_id, c.at, c.verdict, l.customer_no, l.step FROM tracked_links l JOIN link_clicks c ON c.link_id = l.id AND c.occurrence_id = l.occurrence_id WHERE l.occurrence_id > @from AND l.occurrence_id < @to)",
            EvidenceKind.Click, "e.step", "0", "CAST(e.id AS TEXT)", "0", "0", "0", "CAST(e.verdict AS TEXT)", "NULL", "e.at"),
        Copy("sandbox_messages", EvidenceKind.Sandbox, "0", "0", "e.echo", "0", "0", "0", "e.masked", "e.text", "e.at"),
        Copy("manual_messages", EvidenceKind.ManualTask, "e.step", "e.attempt", "CAST(e.task_id AS TEXT)", "e.account_no", "0", "0", "NULL", "NULL", "0"),
    ];

    /// <summary>The messages above <paramref name="from"/> and below <paramref name="to"/> (occurrences) of a range of customers.</summary>
    public async Task CopyMessagesAsync(WriteTransaction tx, long from, long to, long first, long last, CancellationToken cancellationToken)
    {
        if (await tx.Db.LegalHolds.AnyAsync(row => row.LiftedAt == null, cancellationToken))
            await ExecuteAsync(tx, Messages, new { from, to, first, last, now = clock.GetUtcNow().ToUnixTimeMilliseconds() }, cancellationToken);
    }

    /// <summary>The evidence beside the messages of a month that were kept, and the texts they were made from.</summary>
    public static async Task CopyEvidenceAsync(WriteTransaction tx, LedgerMonth month, CancellationToken cancellationToken)
    {
        var (from, to) = (month.FirstId, month.EndId);
        var made = await tx.Db.HeldMessages.Where(row => row.OccurrenceId > from && row.OccurrenceId < to)
            .Select(row => new { row.OccurrenceId, row.Step, row.Variant, row.Channel }).Distinct().ToListAsync(cancellationToken);
        if (made.Count == 0)
            return;
        foreach (var sql in Evidence)
            await ExecuteAsync(tx, sql, new { from, to }, cancellationToken);
        foreach (var occurrence in made.GroupBy(row => row.OccurrenceId))
        {
            var reachout = await tx.Db.Reachouts.AsNoTracking().SingleAsync(row => tx.Db.Occurrences.Any(of => of.Id == occurrence.Key && of.ReachoutId == row.Id), cancellationToken);
            foreach (var row in occurrence)
            {
                foreach (var text in TextsOf(reachout, row.Step, row.Variant, row.Channel))
                    await KeepAsync(tx, new HeldText { OccurrenceId = row.OccurrenceId, Step = row.Step, Variant = row.Variant, Channel = row.Channel, Language = text.Language, Hash = SendJobs.TextHash(text), PackageHash = reachout.PackageHash, Content = JsonSerializer.Serialize(text, JsonDefaults.Options) }, cancellationToken);
            }
        }
    }

    private static IEnumerable<MessageText> TextsOf(Reachout reachout, short step, short variant, short channel)
    {
        var phase = Experiments.SpecOf(reachout).Phase;
        if (step > phase.Steps.Count || (step == 0 && variant > (phase.Experiment?.Variants.Count ?? 0)))
            return [];
        var name = LedgerChannel.Name(channel);
        return phase.At(step, step == 0 ? variant : 0).Texts.Where(text => text.Channel == name);
    }

    private static async Task KeepAsync(WriteTransaction tx, HeldText text, CancellationToken cancellationToken)
    {
        if (!await tx.Db.HeldTexts.AnyAsync(row => row.OccurrenceId == text.OccurrenceId && row.Step == text.Step && row.Variant == text.Variant && row.Channel == text.Channel && row.Language == text.Language, cancellationToken))
            tx.Db.Add(text);
    }

    /// <summary>Takes away a slice of what no hold covers any more.</summary>
    /// <returns>How many messages.</returns>
    public static async Task<int> ReleaseAsync(WriteTransaction tx, int slice, CancellationToken cancellationToken)
    {
        var rows = await tx.Db.HeldMessages.AsNoTracking()
            .Where(message => !tx.Db.LegalHolds.Any(hold => hold.LiftedAt == null && (hold.CustomerNo == null || hold.CustomerNo == message.CustomerNo) && (hold.CampaignId == null || hold.CampaignId == message.CampaignId)))
            .OrderBy(message => message.OccurrenceId).ThenBy(message => message.CustomerNo).Take(slice).Select(message => new { message.OccurrenceId, message.CustomerNo }).ToListAsync(cancellationToken);
        var gone = 0;
        foreach (var occurrence in rows.GroupBy(row => row.OccurrenceId))
        {
            var customers = occurrence.Select(row => row.CustomerNo).Distinct().ToList();
            gone += await tx.Db.HeldMessages.Where(row => row.OccurrenceId == occurrence.Key && customers.Contains(row.CustomerNo)).ExecuteDeleteAsync(cancellationToken);
            await tx.Db.HeldEvidence.Where(row => row.OccurrenceId == occurrence.Key && customers.Contains(row.CustomerNo)).ExecuteDeleteAsync(cancellationToken);
            if (!await tx.Db.HeldMessages.AnyAsync(row => row.OccurrenceId == occurrence.Key, cancellationToken))
                await tx.Db.HeldTexts.Where(row => row.OccurrenceId == occurrence.Key).ExecuteDeleteAsync(cancellationToken);
        }
        return gone;
    }

    private static string Copy(string table, EvidenceKind kind, params string[] columns) => $"""
        INSERT INTO held_evidence (occurrence_id, customer_no, kind, step, attempt, ref, account_no, state, reason, code, text, at)
        SELECT e.occurrence_id, e.customer_no, {(short)kind}, {string.Join(", ", columns)} FROM {table} e
        WHERE e.occurrence_id > @from AND e.occurrence_id < @to AND EXISTS (SELECT 1 FROM held_messages k WHERE k.occurrence_id = e.occurrence_id AND k.customer_no = e.customer_no)
        ON CONFLICT (occurrence_id, customer_no, step, attempt, kind, ref) DO NOTHING
        """;

    private static Task<int> ExecuteAsync(WriteTransaction tx, string sql, object parameters, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, tx.Transaction, commandTimeout: 0, cancellationToken: cancellationToken));
}
