using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Reachouts;

/// <summary>The rules of one phase, compiled once: what the checks hold every customer against. Immutable and thread-safe.</summary>
public sealed record SendRules
{
    public required Purpose Purpose { get; init; }

    /// <summary>In order of preference.</summary>
    public required IReadOnlyList<ChannelRoute> Routes { get; init; }

    /// <summary>A customer's own preferred channel comes first.</summary>
    public bool PreferCustomerChannel { get; init; }

    /// <summary>Null: nobody is excluded at the send.</summary>
    public FeelExpression? Exclusion { get; init; }

    public string? ProductCategory { get; init; }

    /// <summary>Kinds for which there is a text.</summary>
    public IReadOnlySet<ChannelKind> KindsWithText { get; init; } = new HashSet<ChannelKind>();

    /// <summary>Those of them with a text that names its registered template.</summary>
    public IReadOnlySet<ChannelKind> KindsWithCode { get; init; } = new HashSet<ChannelKind>();

    /// <summary>What the texts print of the customer's attributes.</summary>
    public TextPrints Prints { get; init; } = TextPrints.None;

    /// <summary>What is declared of these attributes: what is not, or may not be printed, counts as missing.</summary>
    public AttributeSet Declared { get; init; } = AttributeSet.None;

    /// <summary>Zone of the company, for customers whose own is unknown.</summary>
    public required TimeZoneInfo CompanyZone { get; init; }

    /// <summary>Who gets no marketing at all.</summary>
    public GlobalHoldout GlobalHoldout { get; init; } = GlobalHoldout.None;

    /// <summary>When who may be sent to.</summary>
    public QuietHours QuietHours { get; init; } = QuietHours.Shipped;

    /// <summary>What providers forbid.</summary>
    public ProviderPolicy Policy { get; init; } = ProviderPolicy.Shipped;

    /// <summary>The most messages of the purpose that a customer may get.</summary>
    public FrequencyCaps Caps { get; init; } = FrequencyCaps.None;

    /// <remarks>A draft may name a channel that nothing is ever planned on (marketing through <c>oa-template</c>, refused at submission): it reaches nobody.</remarks>
    /// <exception cref="FeelSyntaxException">The exclusion rule does not compile; briefs are checked before they are stored.</exception>
    public static SendRules For(Brief brief, Phase phase, ILookup<ChannelKind, RouteAccount> accounts, TimeZoneInfo companyZone) => new()
    {
        Purpose = ChannelNames.ParsePurpose(phase.Purpose),
        Routes = [.. phase.Channels.Select(ChannelNames.TryParse).OfType<ChannelKind>().Select(kind => ChannelRoute.Of(phase, kind, accounts[kind]))],
        Exclusion = string.IsNullOrWhiteSpace(brief.Audience.Exclusion) ? null : FeelExpression.Compile(brief.Audience.Exclusion),
        ProductCategory = brief.Product.Category == "none" ? null : brief.Product.Category,
        KindsWithText = phase.Texts.Select(text => ChannelNames.TryParse(text.Channel)).OfType<ChannelKind>().ToHashSet(),
        KindsWithCode = phase.Texts.Where(text => text.Template is not null).Select(text => ChannelNames.TryParse(text.Channel)).OfType<ChannelKind>().ToHashSet(),
        Prints = TextPrints.Of(phase),
        CompanyZone = companyZone,
        PreferCustomerChannel = phase.PreferCustomerChannel,
        Caps = FrequencyCaps.Of(brief.Limits.PerCustomerPerDay, brief.Limits.PerCustomerPer30Days, brief.Limits.Channels, brief.Limits.PerCustomerPerWeek, brief.Limits.PerCustomerPerMonth),
    };
}
