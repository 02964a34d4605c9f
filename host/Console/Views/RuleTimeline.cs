using Orchestrator.Host.Compliance;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Where a dated rule stands on a day.</summary>
public enum RuleStanding
{
    /// <summary>Entered; waits for a second person.</summary>
    Draft,
    InForce,
    ToCome,
    Replaced,
}

/// <summary>The dated rules of one kind, in the order in which they take each other's place. Immutable.</summary>
internal sealed class RuleTimeline(IReadOnlyList<DatedRuleView> rules, DateOnly today)
{
    public IReadOnlyList<DatedRuleView> Rules => rules;

    public IEnumerable<string> Names => rules.Select(rule => rule.Name).Distinct().Order(StringComparer.Ordinal);

    /// <summary>What holds of a name on a day: of the newest day that has come, what was published last.</summary>
    public DatedRuleView? On(string name, DateOnly day) =>
        Published(name).Where(rule => rule.From <= day).OrderByDescending(rule => rule.From).ThenByDescending(rule => rule.PublishedAt).FirstOrDefault();

    public IReadOnlyList<DatedRuleView> InForce => [.. Names.Select(name => On(name, today)).OfType<DatedRuleView>()];

    public IReadOnlyList<DatedRuleView> ToCome => [.. rules.Where(rule => StandingOf(rule) == RuleStanding.ToCome).OrderBy(rule => rule.From)];

    public int Drafts => rules.Count(rule => rule.PublishedBy is null);

    /// <summary>What it takes, or took, the place of: what would hold on its first day without it.</summary>
    public DatedRuleView? Before(DatedRuleView rule) =>
        Published(rule.Name).Where(other => other.Id != rule.Id && (other.From < rule.From || (other.From == rule.From && (rule.PublishedAt is null || other.PublishedAt < rule.PublishedAt))))
            .OrderByDescending(other => other.From).ThenByDescending(other => other.PublishedAt).FirstOrDefault();

    /// <summary>The last day it holds; null: until another takes its place, or it never held.</summary>
    public DateOnly? Until(DatedRuleView rule)
    {
        if (rule.PublishedBy is null || Published(rule.Name).Any(other => other.From == rule.From && other.PublishedAt > rule.PublishedAt))
            return null;
        return Published(rule.Name).Where(other => other.From > rule.From).OrderBy(other => other.From).FirstOrDefault()?.From.AddDays(-1);
    }

    public RuleStanding StandingOf(DatedRuleView rule) =>
        rule.PublishedBy is null ? RuleStanding.Draft
        : On(rule.Name, today)?.Id == rule.Id ? RuleStanding.InForce
        : rule.From > today && On(rule.Name, rule.From)?.Id == rule.Id ? RuleStanding.ToCome
        : RuleStanding.Replaced;

    private IEnumerable<DatedRuleView> Published(string name) => rules.Where(rule => rule.Name == name && rule.PublishedBy is not null);
}
