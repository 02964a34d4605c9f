namespace Orchestrator.Host.Campaigns;

/// <summary>The parts of a launch package; approvals cover parts by these names (<c>sop:covers</c>).</summary>
public static class PackagePart
{
    public const string Goal = "goal";
    public const string Audience = "audience";
    public const string Texts = "texts";
    public const string Rules = "rules";
    public const string Pages = "pages";
    public const string Channels = "channels";
    public const string Schedule = "schedule";
    public const string Limits = "limits";
    public const string Incentive = "incentive";
    public const string Budget = "budget";

    /// <summary>Also held by the package: product rate and decision versions; covered by whoever covers <c>all</c> or <c>package</c>.</summary>
    public const string Product = "product";

    public static readonly IReadOnlyList<string> All =
        [Goal, Audience, Texts, Rules, Pages, Channels, Schedule, Limits, Incentive, Budget, Product];
}
