using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>
/// Two months of the ledger, half a year back by the real clock, each with an experiment, links, clicks and failures; written by statements and not sent, because a
/// process that is to be killed can't be told the time. Two customers are under legal hold; the term is two months.
/// </summary>
internal sealed class WrittenMonths
{
    private const int Customers = 2_000;
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    /// <summary>The month to drop.</summary>
    public LedgerMonth Month { get; } = LedgerMonth.Of(TimeProvider.System.GetUtcNow(), Zone).Add(-6);

    /// <summary>Its campaign, and that of the month after it.</summary>
    public List<Guid> Campaigns { get; } = [];

    /// <summary>Ids of customers under legal hold.</summary>
    public static IReadOnlyList<string> Held { get; } = ["K0000021", "K0001999"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task WriteAsync(IServiceProvider services)
    {
        var (clock, database) = (services.GetRequiredService<BusinessClock>(), services.GetRequiredService<Database>());
        foreach (var (name, role) in new[] { ("pan", Role.Platform), ("shen", Role.Compliance) })
            _ = (await services.GetRequiredService<Users>().CreateAsync(new NewUser(name, name, null, null, null, TestHost.Password, [role]), Actor.System, Token)).Value;
        foreach (var month in new[] { Month, Month.Next })
        {
            clock.FreezeAt(month.StartsAt(Zone).AddDays(9).AddHours(10));
            var bed = new ReachoutBed(services);
            if (Campaigns.Count == 0)
                await bed.AddCustomersAsync(Customers);
            await bed.LaunchAsync(BriefFor(clock.GetUtcNow().AddHours(1)), holdoutEvery: 10);
            Campaigns.Add(bed.CampaignId);
            await database.WriteAsync((tx, _) => SendAsync(tx, bed.CampaignId, clock.GetUtcNow().AddHours(2).ToUnixTimeMilliseconds()), Token);
        }
        clock.Release();
        await database.WriteAsync((tx, token) => PublishAsync(tx, clock.GetUtcNow(), token), Token);
        foreach (var customer in Held)
            _ = (await services.GetRequiredService<LegalHolds>().PlaceAsync(new NewLegalHold(customer, null, "complaint", $"case {customer}"), ReachoutBed.Officer, Token)).Value;
    }

    /// <summary>Rows of the two months in every table that is dropped by month: <c>messages 202605 1800</c>.</summary>
    public static async Task<List<string>> RowsAsync(DbConnection connection)
    {
        var rows = new List<string>();
        foreach (var table in new[] { "messages", "message_issues", "provider_refs", "sent_addresses", "tracked_links", "link_clicks", "sandbox_messages" })
        {
            rows.AddRange((await connection.QueryAsync<(long Month, long Count)>($"SELECT occurrence_id / 1000000, COUNT(*) FROM {table} GROUP BY 1 ORDER BY 1"))
                .Select(row => string.Create(CultureInfo.InvariantCulture, $"{table} {row.Month} {row.Count}")));
        }
        return rows;
    }

    private static Brief BriefFor(DateTimeOffset due)
    {
        var brief = ReachoutBed.Brief(due);
        var phase = brief.Phases[0];
        return brief with
        {
            Phases =
            [
                phase with
                {
                    Link = new TrackedLink("https://app.example/day"),
                    Texts = [phase.Texts[0] with { Body = "{{sig}}{{offer}}{{rate}}{{link}}{{out}}" }],
                    Experiment = new Experiment { Key = "offer", Metric = "click", TestPercent = 100, Variants = [new Variant { Key = "plain", Offer = "利息礼遇" }, new Variant { Key = "coupon", Offer = "优惠券" }] },
                },
            ],
        };
    }

    private static Task PublishAsync(WriteTransaction tx, DateTimeOffset now, CancellationToken cancellationToken)
    {
        tx.Db.Add(new DatedRule
        {
            Id = Guid.NewGuid(), Kind = LedgerRetentionKind.KindName, Name = LedgerRetentionKind.Everything, From = DateOnly.FromDateTime(now.AddDays(-30).DateTime),
            Value = JsonSerializer.Serialize(new LedgerTerm(2), JsonDefaults.Options), Source = "house rule 7", ProposedBy = "pan", ProposedAt = now.AddDays(-40), PublishedBy = "shen", PublishedAt = now.AddDays(-40),
        });
        return Task.CompletedTask;
    }

    /// <summary>As if everything had been sent: every seventh failed, every third of them clicked once themselves and once by a scanner.</summary>
    private static async Task SendAsync(WriteTransaction tx, Guid campaign, long at)
    {
        var click = tx.Dialect == DatabaseDialect.PostgreSql ? "gen_random_uuid()" : "printf('%08X-0000-7000-8000-%012X', l.occurrence_id % 1000000 + l.occurrence_id / 1000000, l.customer_no * 2 + v.verdict % 2)";
        foreach (var sql in new[]
        {
            """
            INSERT INTO messages (occurrence_id, customer_no, step, state, reason, channel, account_no, attempt, route, epoch, lease_until, due_at, changed_at, cap_day, cost, variant)
            SELECT o.id, a.customer_no, 0, CASE WHEN a.customer_no % 7 = 0 THEN 4 ELSE 3 END, CASE WHEN a.customer_no % 7 = 0 THEN 19 ELSE 0 END, 1, 1, 1, 1, 1, 0, 0, @at, 0, 0, 1 + a.customer_no % 2
            FROM occurrences o JOIN audience_members a ON a.campaign_id = o.campaign_id WHERE o.campaign_id = @campaign AND a.arm = 'Treated'
            """,
            "INSERT INTO message_counts (occurrence_id, step, channel, state, reason, shard, count) SELECT m.occurrence_id, m.step, m.channel, m.state, m.reason, 0, COUNT(*) FROM messages m JOIN occurrences o ON o.id = m.occurrence_id WHERE o.campaign_id = @campaign GROUP BY 1, 2, 3, 4, 5",
            "INSERT INTO message_issues (occurrence_id, customer_no, step, attempt, account_no, state, reason, code, text, at, settle_after) SELECT m.occurrence_id, m.customer_no, 0, 1, 1, 4, 19, 'E1', 'no such number', m.changed_at, 0 FROM messages m JOIN occurrences o ON o.id = m.occurrence_id WHERE o.campaign_id = @campaign AND m.state = 4",
            "INSERT INTO provider_refs (account_no, ref, occurrence_id, customer_no, step, attempt) SELECT 1, 'ref-' || m.customer_no, m.occurrence_id, m.customer_no, 0, 1 FROM messages m JOIN occurrences o ON o.id = m.occurrence_id WHERE o.campaign_id = @campaign",
            "INSERT INTO sent_addresses (occurrence_id, address_hash, customer_no) SELECT m.occurrence_id, 'hash-' || m.customer_no, m.customer_no FROM messages m JOIN occurrences o ON o.id = m.occurrence_id WHERE o.campaign_id = @campaign",
            """
            INSERT INTO tracked_links (id, occurrence_id, customer_no, step, target, expires_at, clicks, human_clicks, first_click_at)
            SELECT 'l' || m.occurrence_id || '-' || m.customer_no, m.occurrence_id, m.customer_no, 0, 'https://app.example/day', @at + 1000000000,
                   CASE WHEN m.customer_no % 3 = 0 THEN 2 ELSE 0 END, CASE WHEN m.customer_no % 3 = 0 THEN 1 ELSE 0 END, CASE WHEN m.customer_no % 3 = 0 THEN @at + 60000 END
            FROM messages m JOIN occurrences o ON o.id = m.occurrence_id WHERE o.campaign_id = @campaign
            """,
            $"INSERT INTO link_clicks (id, occurrence_id, link_id, at, verdict) SELECT {click}, l.occurrence_id, l.id, @at + 60000, v.verdict FROM tracked_links l JOIN occurrences o ON o.id = l.occurrence_id CROSS JOIN (SELECT 0 AS verdict UNION ALL SELECT 3) v WHERE o.campaign_id = @campaign AND l.clicks > 0",
            """
            INSERT INTO sandbox_messages (echo, provider, kind, occurrence_id, customer_no, address, masked, text, language, at)
            SELECT m.occurrence_id || '.' || m.customer_no || '.0-1', 'sandbox', 'Sms', m.occurrence_id, m.customer_no, '', '138****', 'text', 'zh-CN', m.changed_at FROM messages m JOIN occurrences o ON o.id = m.occurrence_id WHERE o.campaign_id = @campaign
            """,
            "UPDATE occurrences SET state = 'Completed', planned_to = NULL WHERE campaign_id = @campaign",
            "UPDATE reachouts SET state = 'Completed', started_at = due, ended_at = latest_at WHERE campaign_id = @campaign",
            "DELETE FROM scheduled_work WHERE campaign_id = @campaign",
        })
            await tx.Connection.ExecuteAsync(sql, new { campaign, at }, tx.Transaction);
    }
}
