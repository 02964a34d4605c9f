namespace Orchestrator.Host.Demo;

/// <summary>
/// Simulates the customers of an invented lender: correlated, seeded, the same on every machine. Distributions are those that
/// docs/demo.md states; <see cref="DemoCampaignFit"/> then trims them to the figures that the demo asserts.
/// </summary>
internal sealed class DemoPopulation(DateOnly today, ulong seed)
{
    private readonly DemoRandom _random = new(seed);

    public IEnumerable<DemoCustomer> Simulate(int count) => Enumerable.Range(1, count).Select(Invent);

    private DemoCustomer Invent(int number)
    {
        var age = Age();
        var grade = "ABCDE"[_random.Pick(20, 34, 28, 13, 5)].ToString();
        var language = _random.Chance(0.02) ? "en" : "zh-CN";
        var customer = new DemoCustomer
        {
            Number = number,
            Name = DemoNames.Invent(_random, language),
            Age = age,
            Student = age <= 21 ? _random.Chance(0.5) : age <= 24 && _random.Chance(0.08),
            RiskGrade = grade,
            CreditStatus = _random.Pick(10, 82, 5, 3) switch { 0 => "none", 1 => "active", 2 => "frozen", _ => "closed" },
            Today = today,
            Phone = $"+86142{number:D8}",
            Language = language,
            TimeZone = _random.Pick(97, 2, 1) switch { 0 => "Asia/Shanghai", 1 => "Asia/Urumqi", _ => null },
        };
        if (customer.CreditStatus != "none")
            AddCredit(customer);
        customer.LenderCount = _random.Pick(30, 28, 20, 12, 6, 4) switch { 4 => _random.Between(4, 5), 5 => _random.Between(6, 9), var few => few };
        AddReach(customer);
        customer.ProfilingConsent = _random.Chance(0.88);
        customer.OpenComplaint = _random.Chance(0.006);
        customer.Suppressed = _random.Chance(0.028);
        return customer;
    }

    private int Age()
    {
        (int First, int Last)[] bands = [(18, 21), (22, 25), (26, 35), (36, 45), (46, 55), (56, 65)];
        var band = bands[_random.Pick(2, 13, 45, 27, 12, 1)];
        return _random.Between(band.First, band.Last);
    }

    private void AddCredit(DemoCustomer customer)
    {
        var median = customer.RiskGrade switch { "A" => 40_000, "B" => 24_000, "C" => 14_000, "D" => 8_000, _ => 4_000 };
        customer.CreditLimit = Step(Math.Clamp(median * Math.Exp(0.5 * _random.Normal()), 1_000, 200_000), 500);
        var (low, high) = customer.RiskGrade switch { "A" => (7.2, 10.8), "B" => (10.8, 14.4), "C" => (14.4, 18.0), "D" => (18.0, 19.8), _ => (19.8, 19.8) };
        customer.AnnualRate = Math.Round((decimal)(low + (high - low) * _random.Next()), 1);
        customer.LoansCount = _random.Pick(14, 24, 22, 14, 16, 10) switch { 3 => _random.Between(3, 4), 4 => _random.Between(5, 7), 5 => _random.Between(8, 20), var few => few };
        customer.DaysSinceLastLoan = customer.LoansCount == 0 ? null : LastLoan();
        customer.AvailableLimit = customer.CreditStatus == "active" ? Available(customer) : 0;
        AddArrears(customer);
    }

    private int LastLoan() => _random.Pick(28, 18, 33, 13, 8) switch
    {
        0 => _random.Between(0, 30),
        1 => _random.Between(31, 60),
        2 => _random.Between(61, 180),
        3 => _random.Between(181, 365),
        _ => _random.Between(366, 900),
    };

    private decimal Available(DemoCustomer customer)
    {
        var unused = customer.LoansCount == 0 || _random.Chance(customer.DaysSinceLastLoan <= 60 ? 0.35 : 0.55);
        return unused ? customer.CreditLimit : Step((double)customer.CreditLimit * (1 - _random.BetaTwoThree()), 100);
    }

    private void AddArrears(DemoCustomer customer)
    {
        if (customer.HasBalance)
        {
            var probability = customer.RiskGrade switch { "A" => 0.005, "B" => 0.015, "C" => 0.04, "D" => 0.10, _ => 0.30 };
            if (_random.Chance(probability))
                customer.OverdueDays = _random.Pick(60, 25, 15) switch { 0 => _random.Between(1, 30), 1 => _random.Between(31, 90), _ => _random.Between(91, 360) };
            customer.NextDueDate = NextDue(_random.Between(1, 28));
        }

        var longest = _random.Pick(88, 6, 4, 2) switch { 0 => 0, 1 => _random.Between(1, 3), 2 => _random.Between(4, 30), _ => _random.Between(31, 90) };
        customer.MaxOverdueDays12M = Math.Max(customer.LoansCount == 0 ? 0 : longest, customer.OverdueDays);
    }

    private DateOnly NextDue(int day)
    {
        var due = new DateOnly(today.Year, today.Month, day);
        return due > today ? due : due.AddMonths(1);
    }

    private void AddReach(DemoCustomer customer)
    {
        var inactive = _random.Pick(38, 27, 20, 15) switch { 0 => _random.Between(0, 7), 1 => _random.Between(8, 30), 2 => _random.Between(31, 90), _ => _random.Between(91, 400) };
        customer.AppLastActive = today.AddDays(-inactive);
        if (_random.Chance(inactive <= 30 ? 0.85 : inactive <= 90 ? 0.45 : 0.12))
            (customer.PushToken, customer.PushConsent) = (DemoAddresses.Push(customer.Number), _random.Chance(0.85));
        customer.SmsConsent = _random.Chance(0.72);
        if (_random.Chance(0.21))
            (customer.Email, customer.EmailConsent) = (DemoAddresses.Email(customer.Number), _random.Chance(0.70));
        if (_random.Chance(0.24))
            (customer.WecomUserId, customer.WecomConsent) = (DemoAddresses.Wecom(customer.Number), _random.Chance(0.93));
        if (_random.Chance(0.31))
            customer.OaOpenid = DemoAddresses.Openid(customer.Number);
    }

    private static decimal Step(double amount, int step) => (decimal)(Math.Floor(amount / step) * step);
}

/// <summary>Addresses that nobody has.</summary>
internal static class DemoAddresses
{
    public static string Push(int number) => $"demo-device-{number:D6}";

    public static string Email(int number) => $"c{number:D6}@customers.example";

    public static string Wecom(int number) => $"wmDemo{number:D6}";

    public static string Openid(int number) => $"oDemo{number:D6}";
}
