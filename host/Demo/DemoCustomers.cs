namespace Orchestrator.Host.Demo;

/// <summary>The 20,000 invented customers of the demo workspace.</summary>
public static class DemoCustomers
{
    public const int Count = 20_000;

    private const ulong Seed = 20_260_801;

    /// <summary>
    /// Generates them: the same list for the same day and holdout order. Exactly <see cref="DemoCampaign.Matched"/> match the demo
    /// campaign's rule, and those not held out split over channels as <see cref="DemoCampaign"/> says.
    /// </summary>
    /// <param name="today">The business date: activity and due dates are relative to it.</param>
    /// <param name="holdoutRank">
    /// The order by which the host holds members out, lowest first; it must be what freezing the demo campaign's audience uses,
    /// or the split over channels is only near. Left out, an order of its own.
    /// </param>
    public static IReadOnlyList<DemoCustomer> Generate(DateOnly today, Func<DemoCustomer, ulong>? holdoutRank = null)
    {
        var customers = new DemoPopulation(today, Seed).Simulate(Count).ToList();
        DemoCampaignFit.Apply(customers, holdoutRank ?? (customer => new DemoRandom((ulong)customer.Number).NextBits()));
        return customers;
    }
}
