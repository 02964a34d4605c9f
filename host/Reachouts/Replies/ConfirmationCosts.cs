using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What confirmations cost through one account, in yuan.</summary>
/// <param name="Count">Confirmations that left, or may have.</param>
/// <param name="Spent">Those that the provider took.</param>
/// <param name="Reserved">Those that may have left.</param>
public sealed record ConfirmationCost(int AccountNo, string Account, long Count, decimal Spent, decimal Reserved);

/// <summary>
/// What confirmations of opt-outs cost: counted against their account and, where the reply followed a campaign's message, shown as that campaign's. No budget
/// refuses one (docs/decisions/0210-confirmations-cost.md).
/// </summary>
internal sealed class ConfirmationCosts(Database database)
{
    private const decimal Micros = 1_000_000m;
    private static readonly ConfirmationState[] Left = [ConfirmationState.Sending, ConfirmationState.Accepted, ConfirmationState.Delivered, ConfirmationState.Unknown];

    // As with messages: what may have been delivered stays reserved, what the provider took is spent.
    private static readonly ConfirmationState[] Taken = [ConfirmationState.Accepted, ConfirmationState.Delivered];

    public static bool MayHaveLeft(ConfirmationState state) => Left.Contains(state);

    /// <summary>Of the replies of a time, by account.</summary>
    public Task<List<ConfirmationCost>> OfAccountsAsync(DateTimeOffset? from, DateTimeOffset? until, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var rows = db.OptOutConfirmations.Where(row => Left.Contains(row.State));
                if (from is { } first)
                    rows = rows.Where(row => row.RepliedAt >= first);
                if (until is { } last)
                    rows = rows.Where(row => row.RepliedAt < last);
                var sums = await (from row in rows group row by new { row.AccountNo, IsTaken = Taken.Contains(row.State) } into own select new { own.Key, Count = own.LongCount(), Cost = own.Sum(row => row.Cost) }).ToListAsync(token);
                var names = await db.ChannelAccounts.ToDictionaryAsync(row => row.No, row => row.Name, token);
                return sums.GroupBy(sum => sum.Key.AccountNo).OrderBy(own => own.Key).Select(own => new ConfirmationCost(
                    own.Key, names[own.Key], own.Sum(sum => sum.Count), own.Where(sum => sum.Key.IsTaken).Sum(sum => sum.Cost) / Micros, own.Where(sum => !sum.Key.IsTaken).Sum(sum => sum.Cost) / Micros)).ToList();
            },
            cancellationToken);

    /// <summary>Of campaigns: how many, and micros spent and reserved. Campaigns without any are left out.</summary>
    public static async Task<IReadOnlyDictionary<Guid, (long Count, long Spent, long Reserved)>> OfCampaignsAsync(OrchestratorDb db, IReadOnlyCollection<Guid> campaigns, CancellationToken cancellationToken) =>
        (await (from row in db.OptOutConfirmations
                where row.CampaignId != null && campaigns.Contains(row.CampaignId.Value) && Left.Contains(row.State)
                group row by new { row.CampaignId, IsTaken = Taken.Contains(row.State) } into own
                select new { own.Key, Count = own.LongCount(), Cost = own.Sum(row => row.Cost) }).ToListAsync(cancellationToken))
            .GroupBy(sum => sum.Key.CampaignId!.Value)
            .ToDictionary(own => own.Key, own => (own.Sum(sum => sum.Count), own.Where(sum => sum.Key.IsTaken).Sum(sum => sum.Cost), own.Where(sum => !sum.Key.IsTaken).Sum(sum => sum.Cost)));
}
