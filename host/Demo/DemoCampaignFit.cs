namespace Orchestrator.Host.Demo;

/// <summary>
/// Trims a simulated population so that the demo campaign's figures come out exactly: so many matched, held out, and reached per channel.
/// Changes as few customers as possible, always the same ones.
/// </summary>
internal static class DemoCampaignFit
{
    /// <summary>Treated customers by what happens to them in the first phase.</summary>
    private static readonly (string Class, int Count)[] Treated =
        [("push", 1_300), ("wecom", 230), ("sms", 600), ("email", 30), ("none", 185), ("suppressed", 65)];

    public static void Apply(IReadOnlyList<DemoCustomer> customers, Func<DemoCustomer, ulong> holdoutRank)
    {
        FitMatched(customers);
        var treated = customers.Where(DemoCampaign.Matches).OrderBy(holdoutRank).ThenBy(customer => customer.Number)
            .Skip(DemoCampaign.Holdout).OrderBy(customer => customer.Number).ToList();
        var byClass = treated.GroupBy(ClassOf).ToDictionary(group => group.Key, group => new Queue<DemoCustomer>(group));
        var spare = new Queue<DemoCustomer>(Treated.SelectMany(target => Surplus(byClass.GetValueOrDefault(target.Class), target.Count)));
        foreach (var (name, count) in Treated)
        {
            for (var missing = count - (byClass.GetValueOrDefault(name)?.Count ?? 0); missing > 0; missing--)
                Move(spare.Dequeue(), name);
        }

        // The third English text is a segment shorter; with Chinese texts only, three phases cost what the budget says.
        foreach (var customer in treated.Where(customer => ClassOf(customer) == "sms"))
            customer.Language = "zh-CN";
    }

    public static string ClassOf(DemoCustomer customer) => customer.Suppressed ? "suppressed" : customer.FirstConsentedChannel ?? "none";

    private static void FitMatched(IReadOnlyList<DemoCustomer> customers)
    {
        var difference = customers.Count(DemoCampaign.Matches) - DemoCampaign.Matched;
        foreach (var customer in customers.Where(DemoCampaign.Matches).Take(Math.Max(difference, 0)).ToList())
            customer.ProfilingConsent = false;
        foreach (var customer in customers.Where(DemoCampaign.MatchesButForConsent).Take(Math.Max(-difference, 0)).ToList())
            customer.ProfilingConsent = true;
        if (customers.Count(DemoCampaign.Matches) != DemoCampaign.Matched)
            throw new InvalidOperationException("The demo population is too small for the demo campaign.");
    }

    private static IEnumerable<DemoCustomer> Surplus(Queue<DemoCustomer>? members, int wanted)
    {
        while (members?.Count > wanted)
            yield return members.Dequeue();
    }

    private static void Move(DemoCustomer customer, string to)
    {
        customer.Suppressed = to == "suppressed";
        if (customer.Suppressed)
            return;
        customer.PushConsent = to == "push";
        customer.WecomConsent = to == "wecom";
        customer.SmsConsent = to == "sms";
        customer.EmailConsent = to == "email";
        if (customer.PushConsent)
            customer.PushToken ??= DemoAddresses.Push(customer.Number);
        if (customer.WecomConsent)
            customer.WecomUserId ??= DemoAddresses.Wecom(customer.Number);
        if (customer.EmailConsent)
            customer.Email ??= DemoAddresses.Email(customer.Number);
    }
}
