using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>A confirmation as people see it.</summary>
/// <param name="Customer">The customer's id in other systems.</param>
/// <param name="Latest">Until then it may leave.</param>
/// <param name="Cost">Yuan; null: it never left.</param>
public sealed record ConfirmationView(
    long Id, int AccountNo, string Account, string? Customer, Guid? CampaignId, string? Campaign, string ReplyRef, string Address, string Language, string Text, ConfirmationState State,
    DateTimeOffset RepliedAt, DateTimeOffset Latest, DateTimeOffset ChangedAt, decimal? Cost, string? Detail);

/// <summary>Which confirmations. Null members match anything.</summary>
/// <param name="Before">Pages: only ids below it.</param>
public sealed record ConfirmationFilter(ConfirmationState? State = null, int? AccountNo = null, string? Customer = null, Guid? CampaignId = null, DateTimeOffset? From = null, DateTimeOffset? Until = null, long? Before = null);

/// <summary>Lists confirmations and takes what providers report of them.</summary>
internal sealed class Confirmations(Database database, BusinessClock clock)
{
    public const int PageSize = 100;
    private const decimal Micros = 1_000_000m;

    /// <summary>Newest first.</summary>
    public Task<List<ConfirmationView>> ListAsync(ConfirmationFilter filter, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var found = await (
                    from row in Matching(db, filter)
                    join account in db.ChannelAccounts on row.AccountNo equals account.No
                    join customer in db.Customers on row.CustomerNo equals customer.CustomerNo into customers
                    from customer in customers.DefaultIfEmpty()
                    join campaign in db.Campaigns on row.CampaignId equals campaign.Id into campaigns
                    from campaign in campaigns.DefaultIfEmpty()
                    orderby row.Id descending
                    select new { row, account = account.Name, customer = (string?)customer.ExternalId, campaign = (string?)campaign.Name }).Take(PageSize).ToListAsync(token);
                return found.ConvertAll(one => new ConfirmationView(
                    one.row.Id, one.row.AccountNo, one.account, one.customer, one.row.CampaignId, one.campaign, one.row.ReplyRef, one.row.AddressMasked, one.row.Language, one.row.Text, one.row.State,
                    one.row.RepliedAt, one.row.Latest, one.row.ChangedAt, ConfirmationCosts.MayHaveLeft(one.row.State) ? one.row.Cost / Micros : null, one.row.Detail));
            },
            cancellationToken);

    private static IQueryable<OptOutConfirmation> Matching(OrchestratorDb db, ConfirmationFilter filter)
    {
        var rows = db.OptOutConfirmations.AsQueryable();
        if (filter.State is { } state)
            rows = rows.Where(row => row.State == state);
        if (filter.AccountNo is { } account)
            rows = rows.Where(row => row.AccountNo == account);
        if (filter.Customer is { Length: > 0 } customer)
            rows = rows.Where(row => db.Customers.Any(one => one.CustomerNo == row.CustomerNo && one.ExternalId == customer));
        if (filter.CampaignId is { } campaign)
            rows = rows.Where(row => row.CampaignId == campaign);
        if (filter.From is { } from)
            rows = rows.Where(row => row.RepliedAt >= from);
        if (filter.Until is { } until)
            rows = rows.Where(row => row.RepliedAt < until);
        return filter.Before is { } before ? rows.Where(row => row.Id < before) : rows;
    }

    /// <returns>For each receipt the customer whose confirmation it is of; null: it is of none.</returns>
    public async Task<long?[]> ApplyAsync(WriteTransaction tx, ChannelAccount account, IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken)
    {
        var matched = new long?[receipts.Count];
        for (var i = 0; i < receipts.Count; i++)
        {
            var id = ConfirmOptOut.IdOf(receipts[i].MessageId);
            if (id is null && (receipts[i].MessageId is not null || receipts[i].ProviderRef is null))
                continue;
            var reference = receipts[i].ProviderRef;
            var row = await tx.Db.OptOutConfirmations.AsTracking().SingleOrDefaultAsync(one => one.AccountNo == account.No && (id == null ? one.ProviderRef == reference : one.Id == id), cancellationToken);
            if (row is null)
                continue;
            matched[i] = row.CustomerNo;
            var next = receipts[i].Status switch
            {
                ReceiptStatus.Delivered => ConfirmationState.Delivered,
                ReceiptStatus.Failed or ReceiptStatus.Expired when row.State is ConfirmationState.Sending or ConfirmationState.Accepted or ConfirmationState.Unknown => ConfirmationState.Failed,
                ReceiptStatus.Accepted when row.State is ConfirmationState.Sending or ConfirmationState.Unknown => ConfirmationState.Accepted,
                _ => row.State,
            };
            if (row.State != ConfirmationState.Delivered && next != row.State)
                (row.State, row.LeaseUntil, row.Address, row.ChangedAt) = (next, 0, null, clock.GetUtcNow());
        }
        return matched;
    }
}

internal static class ReplyEndpoints
{
    public static void MapReplies(this RouteGroupBuilder api)
    {
        api.MapGet("/opt-out-confirmations", async (
                string? state, int? account, string? customer, Guid? campaign, DateTimeOffset? from, DateTimeOffset? until, long? before, Confirmations service, Texts texts, CancellationToken token) =>
                await ListAsync(state, new ConfirmationFilter(null, account, customer, campaign, from, until, before), service, texts, token))
            .RequireRole(Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor).WithName("ListOptOutConfirmations");
        api.MapGet("/opt-out-confirmations/costs", async (DateTimeOffset? from, DateTimeOffset? until, ConfirmationCosts service, CancellationToken token) => await service.OfAccountsAsync(from, until, token))
            .RequireRole(Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor, Role.Finance).WithName("ListOptOutConfirmationCosts");
    }

    private static async Task<IResult> ListAsync(string? state, ConfirmationFilter filter, Confirmations service, Texts texts, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(state))
            return TypedResults.Ok(await service.ListAsync(filter, cancellationToken));
        return Enum.TryParse<ConfirmationState>(state, ignoreCase: true, out var known) && Enum.IsDefined(known)
            ? TypedResults.Ok(await service.ListAsync(filter with { State = known }, cancellationToken))
            : Refusal.Invalid(new FieldProblem("state", "field.choice", state)).ToProblem(texts);
    }
}
