using System.Text.Json.Serialization;
using Orchestrator.Templates;

namespace Orchestrator.Host.Campaigns;

/// <summary>What a campaign owner writes: everything that is reviewed, and everything that will fire. Stored as one JSON text, versioned with the campaign.</summary>
public sealed record Brief
{
    private IReadOnlyList<Phase> phases = [];

    public required string Name { get; init; }

    /// <summary>Goal side of the type matrix: acquire, transact, repay, loyalty (拉新/促交易/促还款/忠诚).</summary>
    public required string Objective { get; init; }

    /// <summary>Form side: big-promotion, periodic, event-linked, gamified (大促/周期/事件联动/游戏化).</summary>
    public required string Form { get; init; }

    /// <summary>business-plan, product-demand, competitor, hotspot (业务规划/产品需求/竞品/热点).</summary>
    public required string Source { get; init; }

    public string? Summary { get; init; }
    public required Goal Goal { get; init; }

    /// <summary>Its first day is the launch, T: setting it sets the day of every phase that is due relative to it.</summary>
    public required DateWindow Window
    {
        get;
        init => (field, phases) = (value, PhaseDays.Place(phases, value));
    }
    public string? BenefitToCompany { get; init; }
    public string? BenefitToCustomer { get; init; }
    public required ProductTerms Product { get; init; }
    public required AudienceRule Audience { get; init; }

    /// <summary>Each at its day, whether that was given or follows from the launch.</summary>
    public IReadOnlyList<Phase> Phases { get => phases; init => phases = PhaseDays.Place(value, Window); }
    public PublicRules? Rules { get; init; }
    public Incentive? Incentive { get; init; }
    public Budget Budget { get; init; } = new();
    public Limits Limits { get; init; } = new();
    public IReadOnlyList<Guardrail> Guardrails { get; init; } = [];

    /// <summary>Pages, posters and images shown to customers.</summary>
    public IReadOnlyList<Attachment> Pages { get; init; } = [];

    /// <summary>Papers for reviewers only: not part of the launch package.</summary>
    public IReadOnlyList<Attachment> Papers { get; init; } = [];

    public Responsibilities Roles { get; init; } = new();

    /// <summary>Tracking points 埋点: the events this campaign expects back.</summary>
    public IReadOnlyList<string> Tracking { get; init; } = [];

    /// <summary>Lessons of past campaigns the owner has read (ids).</summary>
    public IReadOnlyList<Guid> LessonsRead { get; init; } = [];

    /// <summary>IANA zone in which the dates and times of this brief are meant.</summary>
    public string TimeZone { get; init; } = "Asia/Shanghai";
}

/// <summary>A measurable goal. The pace per day is derived: (target − baseline is not subtracted) target ÷ days of the window.</summary>
public sealed record Goal
{
    /// <summary>Metric key, e.g. <c>reborrowers</c>, <c>loan-amount</c>.</summary>
    public required string Metric { get; init; }
    public required string MetricName { get; init; }
    public string Unit { get; init; } = "";
    public decimal Baseline { get; init; }
    public required decimal Target { get; init; }

    /// <summary>Margin in yuan per incremental unit of the metric, for ROI.</summary>
    public decimal? MarginPerUnit { get; init; }
}

/// <summary>First and last day, inclusive, in the brief's zone.</summary>
public sealed record DateWindow(DateOnly Start, DateOnly End)
{
    public int Days => End.DayNumber - Start.DayNumber + 1;
}

/// <summary>The loan product promoted; rates in percent a year, simple interest (单利).</summary>
public sealed record ProductTerms
{
    public required string Code { get; init; }
    public required string Name { get; init; }

    public static IReadOnlyList<string> Categories { get; } = ["loan", "insurance", "wealth", "payment", "none"];

    /// <summary>One of <see cref="Categories"/>.</summary>
    public string Category { get; init; } = "loan";
    public decimal? MinAnnualRate { get; init; }
    public decimal? MaxAnnualRate { get; init; }
}

/// <summary>Who is addressed.</summary>
public sealed record AudienceRule
{
    /// <summary>Ready-made segment the rule came from, with its parameters; null for free FEEL.</summary>
    public string? SegmentId { get; init; }
    public IReadOnlyDictionary<string, decimal>? Parameters { get; init; }

    /// <summary>FEEL over customer attributes; true = member.</summary>
    public required string Rule { get; init; }

    /// <summary>FEEL evaluated for each customer right before the send; true or null = skipped.</summary>
    public string? Exclusion { get; init; }

    /// <summary>Percent of the matched set kept aside and not messaged.</summary>
    public decimal HoldoutPercent { get; init; } = 10;

    /// <summary>Members kept aside as a number instead; null: by percent. Never more than half of those matched.</summary>
    public int? HoldoutCount { get; init; }

    /// <summary>Approved ceiling of the member count.</summary>
    public int? Ceiling { get; init; }
}

/// <summary>warm-up 预热, burst 引爆, closing 收尾: one scheduled multi-channel send (a reach-out).</summary>
public sealed record Phase
{
    /// <summary>Stable within the brief: letters, digits, dashes.</summary>
    public required string Key { get; init; }
    public required string Name { get; init; }

    /// <summary>The day on which it is due, in the brief's zone: given, or reckoned by the brief from <see cref="DaysFromLaunch"/>.</summary>
    [JsonIgnore]
    public DateOnly Date { get; init; }

    /// <summary>Days from the launch (T, the first day of the window) to its day: -3 is T-3. Null: its day was given.</summary>
    public int? DaysFromLaunch { get; init; }

    [JsonInclude, JsonPropertyName("date")]
    private DateOnly? GivenDate
    {
        get => DaysFromLaunch is null ? Date : null;
        init => Date = value ?? Date;
    }

    public required TimeOnly Time { get; init; }

    /// <summary>marketing or servicing.</summary>
    public string Purpose { get; init; } = "marketing";

    /// <summary>Channel kinds in order of preference: push, wecom, sms, email, oa. The first consented and reachable one is used.</summary>
    public required IReadOnlyList<string> Channels { get; init; }
    public required IReadOnlyList<MessageText> Texts { get; init; }

    /// <summary>Name of the account for work by hand (branch, community, banner, offline) that the channel manual of this phase goes to; null: the default one.</summary>
    public string? ManualAccount { get; init; }

    /// <summary>Minutes after its time at which unsent messages expire instead of going out late.</summary>
    public int LatestMinutes { get; init; } = 240;

    /// <summary>Minutes by which its start may be missed (downtime, a launch on the last minute) before a person is asked instead of firing; null: as long as <see cref="LatestMinutes"/>.</summary>
    public int? LateMinutes { get; init; }

    /// <summary>When each customer's message goes out: fixed, recipient-zone or best-time.</summary>
    public string Timing { get; init; } = SendTimings.Fixed;

    /// <summary>The customer's own preferred channel (attribute <c>preferred_channel</c>) comes first where the phase has it.</summary>
    public bool PreferCustomerChannel { get; init; }

    /// <summary>Further messages, one after the other.</summary>
    public IReadOnlyList<PhaseStep> Steps { get; init; } = [];
    public TrackedLink? Link { get; init; }
    public Experiment? Experiment { get; init; }
    public Rollout? Rollout { get; init; }

    /// <summary>Drip: so many customers a day, at the phase's time; null: all at once.</summary>
    public int? PerDay { get; init; }
    public Recurrence? Recurrence { get; init; }
}

/// <summary>One text: per channel and language. Tokens sig, rate and out are filled from their sources.</summary>
public sealed record MessageText
{
    public required string Channel { get; init; }
    public required string Language { get; init; }

    /// <summary>Subject of an e-mail, title of a push.</summary>
    public string? Subject { get; init; }
    public required string Body { get; init; }
    public string? Html { get; init; }

    /// <summary>Variables that attributes of the customer fill, besides those that campaigns know.</summary>
    public IReadOnlyList<TemplateVariable> Variables { get; init; } = [];

    /// <summary>Copies of the partials that the text includes, as they were published when the brief was saved: filled by the program, whatever is sent.</summary>
    public IReadOnlyList<TextPartial> Partials { get; init; } = [];

    /// <summary>The provider's registered template 报备模板 that stands for this text: what accounts that send such templates only are given. The body is what people read and sign.</summary>
    public RegisteredTemplate? Template { get; init; }
}

/// <summary>A partial as it stands in a text.</summary>
/// <param name="Name">What texts include it by: <c>{{> name}}</c>.</param>
/// <param name="Version">Of the library.</param>
/// <param name="Body">Its words.</param>
public sealed record TextPartial(string Name, int Version, string Body);

/// <summary>活动规则, shown to customers.</summary>
public sealed record PublicRules(string Chinese, string? English = null);

public sealed record Incentive
{
    public required string Name { get; init; }

    /// <summary>coupon, draw, referral, team, limit-increase, points, none.</summary>
    public required string Mechanic { get; init; }

    /// <summary>Most one customer can get, in yuan.</summary>
    public decimal RewardCap { get; init; }
    public int Quantity { get; init; }

    /// <summary>Top prize of a draw, in yuan.</summary>
    public decimal? TopPrize { get; init; }
    public bool NewMechanic { get; init; }
    public string? Partner { get; init; }
    public string? Terms { get; init; }
    public decimal? ExpectedCost { get; init; }
}

public sealed record Budget
{
    /// <summary>The most that the messages of the campaign may cost together; null: no limit beside those of the lines.</summary>
    public decimal? Messages { get; init; }
    public IReadOnlyList<BudgetLine> Lines { get; init; } = [];

    public decimal Total => Lines.Sum(line => line.Amount);
}

/// <summary>A line of the budget. One that names channels pays for their messages and is enforced: nothing is sent beyond it.</summary>
public sealed record BudgetLine(string Name, decimal Amount)
{
    /// <summary>Channel kinds whose messages are paid from this line.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Keys of the phases it pays for; empty: all.</summary>
    public IReadOnlyList<string> Phases { get; init; } = [];
}

public sealed record Limits
{
    /// <summary>Messages a customer may get per day over all channels; null = no limit of this campaign's own.</summary>
    public int? PerCustomerPerDay { get; init; } = 1;
    public int? PerCustomerPer30Days { get; init; } = 4;

    /// <summary>In a week of the customer's calendar, from Monday.</summary>
    public int? PerCustomerPerWeek { get; init; }

    /// <summary>In a month of the customer's calendar.</summary>
    public int? PerCustomerPerMonth { get; init; }

    /// <summary>Tighter limits of single channels.</summary>
    public IReadOnlyList<ChannelLimit> Channels { get; init; } = [];
}

/// <summary>The most messages a customer may get on one channel. Zero is none at all, null is no limit.</summary>
public sealed record ChannelLimit(string Channel, int? PerCustomerPerDay = null, int? PerCustomerPer30Days = null)
{
    public int? PerCustomerPerWeek { get; init; }
    public int? PerCustomerPerMonth { get; init; }

    /// <summary>The highest limit that can be set: the ledger counts a customer's day on a channel in a byte.</summary>
    public const int Most = 254;
}

/// <summary>FEEL over live metrics; true or null trips.</summary>
public sealed record Guardrail(string Key, string Name, string Condition);

/// <summary>A stored file by the hash of its bytes.</summary>
public sealed record Attachment(string Name, string MediaType, string Sha256, long Size);

/// <summary>User names; the SOP's tasks are for roles, these say who answers for what.</summary>
public sealed record Responsibilities
{
    public string? Responsible { get; init; }
    public string? Accountable { get; init; }
    public IReadOnlyList<string> Consulted { get; init; } = [];
    public IReadOnlyList<string> Informed { get; init; } = [];
    public string? DutyOfficer { get; init; }
}
