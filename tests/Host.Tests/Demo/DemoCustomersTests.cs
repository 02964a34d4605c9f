using Orchestrator.Host.Demo;

namespace Orchestrator.Host.Tests.Demo;

public sealed class DemoCustomersTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);
    private static readonly IReadOnlyList<DemoCustomer> Customers = DemoCustomers.Generate(Today);

    [Fact]
    public void The_demo_campaign_matches_and_reaches_exactly_as_many_as_stated()
    {
        var matched = Customers.Where(DemoCampaign.Matches).ToList();
        Assert.Equal(DemoCampaign.Matched, matched.Count);
        var treated = matched.OrderBy(customer => new DemoRandom((ulong)customer.Number).NextBits()).Skip(DemoCampaign.Holdout).ToList();
        var byClass = treated.GroupBy(DemoCampaignFit.ClassOf).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(
            [("email", 30), ("none", 185), ("push", 1_300), ("sms", 600), ("suppressed", 65), ("wecom", 230)],
            byClass.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(DemoCampaign.Treated, treated.Count);
    }

    [Fact]
    public void Any_holdout_order_gives_the_same_figures()
    {
        static ulong Rank(DemoCustomer customer) => new DemoRandom((ulong)customer.Number * 31 + 7).NextBits();
        var treated = DemoCustomers.Generate(Today, Rank).Where(DemoCampaign.Matches).OrderBy(Rank).Skip(DemoCampaign.Holdout).ToList();
        Assert.Equal(DemoCampaign.Sms, treated.Count(customer => DemoCampaignFit.ClassOf(customer) == "sms"));
        Assert.Equal(DemoCampaign.Suppressed, treated.Count(customer => customer.Suppressed));
    }

    [Fact]
    public void Whoever_is_held_out_the_borrowers_trip_no_guardrail()
    {
        var matched = Customers.Where(DemoCampaign.Matches).ToList();
        for (var draw = 0; draw < 200; draw++)
        {
            var campaign = draw;
            var ranked = matched.OrderBy(customer => new DemoRandom((ulong)(customer.Number + (100_000 * campaign))).NextBits()).ToList();
            var borrowers = DemoStory.Converters([.. ranked.Skip(DemoCampaign.Holdout).Take(4 * 37)], 37).Concat(ranked.Take(2)).ToList();

            Assert.Equal(39, borrowers.Count);
            Assert.InRange(borrowers.Count(customer => customer.RiskGrade == "C") / 39.0, 0.2, 0.4);
        }
    }

    [Fact]
    public void The_same_day_gives_the_same_customers()
    {
        static string Print(DemoCustomer customer) =>
            $"{customer.ExternalId}|{customer.Phone}|{customer.SmsConsent}|{string.Join(',', customer.Attributes().Select(pair => $"{pair.Key}={pair.Value}"))}";
        Assert.Equal(Customers.Select(Print), DemoCustomers.Generate(Today).Select(Print));
    }

    [Fact]
    public void Addresses_and_ids_are_unique()
    {
        Assert.Equal(DemoCustomers.Count, Customers.DistinctBy(customer => customer.ExternalId).Count());
        Assert.Equal(DemoCustomers.Count, Customers.DistinctBy(customer => customer.Phone).Count());
        Assert.All(Customers, customer => Assert.Matches(@"^\+86142\d{8}$", customer.Phone));
    }

    [Fact]
    public void The_population_has_the_stated_distributions()
    {
        double Share(Func<DemoCustomer, bool> predicate) => (double)Customers.Count(predicate) / Customers.Count;
        Assert.InRange(Share(customer => customer.RiskGrade == "A"), 0.19, 0.21);
        Assert.InRange(Share(customer => customer.Age is >= 26 and <= 35), 0.43, 0.47);
        Assert.InRange(Share(customer => customer.CreditStatus == "active"), 0.81, 0.83);
        Assert.InRange(Share(customer => customer.ProfilingConsent), 0.86, 0.90);
        Assert.InRange(Share(customer => customer.Suppressed), 0.024, 0.032);
        Assert.InRange(Share(customer => customer.SmsConsent), 0.70, 0.74);
        Assert.InRange(Share(customer => customer.TimeZone == "Asia/Shanghai"), 0.965, 0.975);
        Assert.All(Customers, customer =>
        {
            Assert.True(customer.MaxOverdueDays12M >= customer.OverdueDays);
            Assert.Equal(customer.LoansCount == 0, customer.DaysSinceLastLoan is null);
            Assert.True(customer.AvailableLimit <= customer.CreditLimit);
        });
    }

    [Fact]
    public void Every_attribute_is_declared_with_the_type_it_has()
    {
        var declared = ShippedAttributes.Types();
        Assert.All(Customers.SelectMany(customer => customer.Attributes()), pair => Assert.Equal(declared[pair.Key], pair.Value switch
        {
            string => "text",
            bool => "boolean",
            DateOnly => "date",
            _ => "number",
        }));
    }
}
