namespace Orchestrator.Host.Demo;

/// <summary>An invented customer of the demo workspace. Phone numbers are of a prefix that no carrier uses, mail hosts cannot exist.</summary>
public sealed class DemoCustomer
{
    /// <summary>1 to 20,000 in order of generation.</summary>
    public required int Number { get; init; }
    public required string Name { get; init; }
    public required int Age { get; init; }
    public bool Student { get; set; }
    public required string RiskGrade { get; init; }

    /// <summary>none, active, frozen, closed.</summary>
    public required string CreditStatus { get; set; }
    public decimal CreditLimit { get; set; }
    public decimal AvailableLimit { get; set; }
    public decimal? AnnualRate { get; set; }
    public int LoansCount { get; set; }
    public int? DaysSinceLastLoan { get; set; }
    public int OverdueDays { get; set; }
    public int MaxOverdueDays12M { get; set; }
    public int LenderCount { get; set; }
    public DateOnly? NextDueDate { get; set; }
    public DateOnly AppLastActive { get; set; }
    public required DateOnly Today { get; init; }
    public string? PushToken { get; set; }
    public bool PushConsent { get; set; }
    public required string Phone { get; init; }
    public bool SmsConsent { get; set; }
    public string? Email { get; set; }
    public bool EmailConsent { get; set; }
    public string? WecomUserId { get; set; }
    public bool WecomConsent { get; set; }
    public string? OaOpenid { get; set; }
    public bool ProfilingConsent { get; set; }
    public bool OpenComplaint { get; set; }

    /// <summary>On the suppression list: no marketing on any channel.</summary>
    public bool Suppressed { get; set; }
    public string? TimeZone { get; set; }
    public required string Language { get; set; }

    public string ExternalId => $"HG{Number:D6}";

    public bool HasBalance => CreditLimit > AvailableLimit && CreditStatus != "none" && LoansCount > 0;

    /// <summary>new 引入, growing 成长, mature 成熟, dormant 休眠, lost 流失.</summary>
    public string Lifecycle => DaysSinceLastLoan switch
    {
        null => "new",
        > 180 => "lost",
        > 60 => "dormant",
        _ => LoansCount == 1 ? "growing" : "mature",
    };

    /// <summary>The first channel of the demo's order on which the customer can be messaged: push, wecom, sms, email, or null.</summary>
    public string? FirstConsentedChannel =>
        PushToken is not null && PushConsent ? "push"
        : WecomUserId is not null && WecomConsent ? "wecom"
        : SmsConsent ? "sms"
        : Email is not null && EmailConsent ? "email"
        : null;

    /// <summary>Values by attribute name, as <c>Audiences/Attributes.json</c> declares them; absent where unknown.</summary>
    public IReadOnlyDictionary<string, object> Attributes()
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["age"] = Age,
            ["student"] = Student,
            ["risk_grade"] = RiskGrade,
            ["credit_status"] = CreditStatus,
            ["credit_limit"] = CreditLimit,
            ["available_limit"] = AvailableLimit,
            ["balance"] = HasBalance ? CreditLimit - AvailableLimit : 0,
            ["loans_count"] = LoansCount,
            ["overdue_days"] = OverdueDays,
            ["max_overdue_days_12m"] = MaxOverdueDays12M,
            ["lender_count"] = LenderCount,
            ["app_last_active"] = AppLastActive,
            ["app_last_active_days"] = Today.DayNumber - AppLastActive.DayNumber,
            ["profiling_consent"] = ProfilingConsent,
            ["open_complaint"] = OpenComplaint,
            ["lifecycle"] = Lifecycle,
            ["tail"] = Phone[^4..],
        };
        if (AnnualRate is { } rate)
            values["annual_rate"] = rate;
        if (DaysSinceLastLoan is { } days)
            values["days_since_last_loan"] = days;
        if (NextDueDate is { } due)
        {
            values["next_due_date"] = due;
            values["days_until_due"] = due.DayNumber - Today.DayNumber;
        }

        return values;
    }
}
