using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Monitoring;

/// <summary>Which events of a campaign to list; null takes all.</summary>
/// <param name="Arm">treated, holdout, global-holdout, or none for customers outside the audience.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record EventFilter(CampaignEventKind? Kind = null, string? Arm = null, string? After = null);

/// <summary>An event without what its sender may have put into it about a person.</summary>
/// <param name="Customer">The company's own id of the customer, masked for those who do not work with customers; null: of nobody in particular.</param>
/// <param name="Value">Yuan: the cost, or the amount of a conversion.</param>
public sealed record EventLine(CampaignEventKind Kind, DateTimeOffset At, string? Customer, string Arm, decimal Value, string? Name, string Source);

/// <summary>The events behind a campaign's figures, newest first, in pages.</summary>
public sealed class EventQueries(Database database)
{
    public const int PageSize = 50;
    private const int ShownOfId = 2;

    public async Task<Outcome<Page<EventLine>>> ListAsync(Guid campaignId, EventFilter filter, Actor reader, CancellationToken cancellationToken)
    {
        if (!TryRead(filter.After, out var after))
            return Refusal.Invalid(new FieldProblem("after", "field.cursor"));
        return await database.ReadAsync(
            async (db, token) =>
            {
                var rows = await Filter(db, campaignId, filter, after).OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(PageSize + 1).ToListAsync(token);
                var page = rows.Take(PageSize).ToList();
                var numbers = page.Select(row => row.CustomerNo).Where(no => no != 0).Distinct().ToList();
                var customers = await db.Customers.Where(row => numbers.Contains(row.CustomerNo)).ToDictionaryAsync(row => row.CustomerNo, row => row.ExternalId, token);
                var isClear = reader.IsAny(CustomerRoles.Readers);
                return new Page<EventLine>(
                    page.ConvertAll(row => new EventLine(row.Kind, row.At, Shown(customers.GetValueOrDefault(row.CustomerNo), isClear), row.Arm, row.Value / CampaignNumbers.Micros, row.Name, row.Source)),
                    rows.Count > PageSize ? Write(page[^1]) : null);
            },
            cancellationToken);
    }

    /// <summary>As the API writes kinds: <c>opt-out</c>.</summary>
    public static CampaignEventKind? KindOf(string? name) => Enum.TryParse<CampaignEventKind>(name?.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : null;

    private static IQueryable<CampaignEvent> Filter(OrchestratorDb db, Guid campaignId, EventFilter filter, (DateTimeOffset At, string Id)? after)
    {
        var rows = db.CampaignEvents.Where(row => row.CampaignId == campaignId);
        if (filter.Kind is { } kind)
            rows = rows.Where(row => row.Kind == kind);
        if (filter.Arm is { Length: > 0 } arm)
            rows = rows.Where(row => row.Arm == arm);
        return after is var (at, id) ? rows.Where(row => row.At < at || (row.At == at && row.Id.CompareTo(id) < 0)) : rows;
    }

    private static string? Shown(string? customer, bool isClear) => customer is null || isClear ? customer : customer[..Math.Min(ShownOfId, customer.Length)] + "***";

    private static string Write(CampaignEvent row) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{row.At.ToUnixTimeMilliseconds()}|{row.Id}")));

    private static bool TryRead(string? cursor, out (DateTimeOffset, string)? after)
    {
        after = null;
        if (string.IsNullOrEmpty(cursor))
            return true;
        if (!Base64Url.IsValid(cursor))
            return false;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|', 2);
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            return false;
        after = (DateTimeOffset.FromUnixTimeMilliseconds(at), parts[1]);
        return true;
    }
}
