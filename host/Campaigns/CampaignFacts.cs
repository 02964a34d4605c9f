namespace Orchestrator.Host.Campaigns;

/// <summary>
/// What <c>campaign-refusals</c> and <c>campaign-risk</c> read. Names are in snake_case, as in segments; the list is in docs/sops.md.
/// Facts come from the brief; other subjects replace or add some through <see cref="IFactSource"/>.
/// </summary>
public static class CampaignFacts
{
    public const string Purpose = "purpose";                       // "marketing" when any phase is, else "servicing"
    public const string IsLoan = "is_loan";
    public const string ShowsAnnualRate = "shows_annual_rate";     // every marketing text of a loan carries the rate token
    public const string DailyRateWithoutAnnual = "daily_rate_without_annual";
    public const string MaxRate = "max_rate";
    public const string RateCap = "rate_cap";                      // dated data, percent a year
    public const string PrizeCap = "prize_cap";                    // dated data, yuan
    public const string AgeFloor = "age_floor";                    // dated data, years
    public const string ExcludesStudents = "excludes_students";
    public const string MinAge = "min_age";                        // lowest age the rule admits; null when it does not say
    public const string ExcludesOverdue = "excludes_overdue";
    public const string ExcludesComplaints = "excludes_complaints";
    public const string Mechanic = "mechanic";
    public const string TopPrize = "top_prize";
    public const string WorstCaseCost = "worst_case_cost";         // min(audience, quantity) × reward_cap
    public const string Budget = "budget";
    public const string Audience = "audience";                     // customers matched; the ceiling while nobody is
    public const string Matched = "matched";                       // customers matched: what drift is measured from
    public const string Quantity = "quantity";
    public const string RewardCap = "reward_cap";
    public const string NewMechanic = "new_mechanic";
    public const string HasPartner = "has_partner";
    public const string Channels = "channels";                     // list of channel kinds
    public const string UsesOaTemplate = "uses_oa_template";
    public const string ProviderForbids = "provider_forbids";      // list of texts; empty = none
    public const string Unregistered = "unregistered";             // signatures or templates without registration
    public const string LintErrors = "lint_errors";                // list of {zh, en}
}
