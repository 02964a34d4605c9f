using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What may be leased now of what the checks let through: as far as budgets reach and accounts have places. The rest stays planned.</summary>
internal sealed class SendAllowance(Database database, MessageBudgets budgets, AccountRates rates)
{
    private static readonly TimeSpan BudgetWait = TimeSpan.FromSeconds(30);
    private readonly BudgetGlance glance = new(database);

    /// <param name="job">The job.</param>
    /// <param name="rows">What the checks decided.</param>
    /// <param name="joined">Accounts whose messages join a call that has its place already.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows that may go on; and where some may not, how long to wait before the next look.</returns>
    public async Task<(List<LeaseRow> Rows, TimeSpan? Wait)> TakeAsync(SendJob job, List<LeaseRow> rows, IReadOnlyCollection<int> joined, CancellationToken cancellationToken)
    {
        var (kept, budgetWait) = job.HasBudget ? await WithinBudgetAsync(job, rows, cancellationToken) : (rows, null);
        var (placed, rateWait) = await WithinRateAsync(job, kept, joined, cancellationToken);
        return (placed, rateWait ?? budgetWait);
    }

    private async Task<(List<LeaseRow> Rows, TimeSpan? Wait)> WithinBudgetAsync(SendJob job, List<LeaseRow> rows, CancellationToken cancellationToken)
    {
        var (kept, hasAll, exhausted) = await glance.TakeAsync(job.Occurrence.Id, rows, cancellationToken);
        if (hasAll)
            return (kept, null);
        if (exhausted.Count > 0)
            await database.WriteAsync((tx, token) => budgets.NoteExhaustedAsync(tx, job.Reachout.CampaignId, exhausted, token), cancellationToken);
        // While others still have money the walk goes on.
        return (kept, kept.Any(row => row.To == MessageState.Leased) ? null : BudgetWait);
    }

    private async Task<(List<LeaseRow> Rows, TimeSpan? Wait)> WithinRateAsync(SendJob job, List<LeaseRow> rows, IReadOnlyCollection<int> joined, CancellationToken cancellationToken)
    {
        TimeSpan? wait = null;
        var placed = rows;
        foreach (var group in rows.Where(row => row.To == MessageState.Leased).GroupBy(row => row.AccountNo).ToList())
        {
            if (job.Accounts[group.Key].Rate is not { } rate || joined.Contains(group.Key))
                continue;
            var sharesText = job.Accounts[group.Key].SharesText;
            var grant = await rates.TakeAsync(job.Accounts[group.Key].RateNo, rate, job.Occurrence.Id, sharesText ? 1 : group.Count(), cancellationToken);
            if (sharesText && grant.Count > 0)
                grant = grant with { Count = group.Count(), Apart = 0 };
            var starts = group.Take(grant.Count).Select((row, i) => (row.Due, At: grant.FirstAt + (long)(i * grant.Apart))).ToDictionary(place => place.Due, place => place.At);
            placed = [.. placed.Where(row => row.To != MessageState.Leased || row.AccountNo != group.Key || starts.ContainsKey(row.Due)).Select(row => starts.TryGetValue(row.Due, out var at) ? row with { StartAt = at } : row)];
            if (grant.Count < group.Count())
                wait = grant.Count == 0 ? grant.Wait : TimeSpan.Zero;
        }
        return (placed, wait);
    }
}
