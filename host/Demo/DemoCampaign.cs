namespace Orchestrator.Host.Demo;

/// <summary>The demo campaign's audience: its rule as the brief has it, and the figures that follow from it.</summary>
public static class DemoCampaign
{
    public const int Matched = 2_680;
    public const int Holdout = 270;
    public const int Treated = Matched - Holdout;
    public const int Push = 1_300;
    public const int Wecom = 230;
    public const int Sms = 600;
    public const int Email = 30;
    public const int NoConsentedChannel = 185;
    public const int Suppressed = 65;

    /// <summary>The audience rule in FEEL, as the owner writes it.</summary>
    public const string Rule = """
        age in [22..55] and student = false and credit_status = "active" and available_limit >= 3000
        and overdue_days = 0 and max_overdue_days_12m <= 3 and days_since_last_loan in [61..180]
        and list contains(["A","B","C"], risk_grade) and lender_count <= 3
        and open_complaint = false and profiling_consent = true
        """;

    /// <summary>Evaluated again for each customer right before the send.</summary>
    public const string Exclusion = "overdue_days > 0 or open_complaint or converted";

    /// <summary>The rule in C#, for generating; a test holds it against the FEEL text.</summary>
    public static bool Matches(DemoCustomer customer) => customer.ProfilingConsent && MatchesButForConsentOf(customer);

    internal static bool MatchesButForConsent(DemoCustomer customer) => !customer.ProfilingConsent && MatchesButForConsentOf(customer);

    private static bool MatchesButForConsentOf(DemoCustomer customer) =>
        customer is
        {
            Age: >= 22 and <= 55, Student: false, CreditStatus: "active", AvailableLimit: >= 3000,
            OverdueDays: 0, MaxOverdueDays12M: <= 3, DaysSinceLastLoan: >= 61 and <= 180,
            RiskGrade: "A" or "B" or "C", LenderCount: <= 3, OpenComplaint: false,
        };
}
