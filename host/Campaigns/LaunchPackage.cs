using System.Text.Json;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <summary>One part of a package: its canonical JSON and the SHA-256 over it.</summary>
public sealed record PackageContent(string Json, string Hash);

/// <summary>What stands in the package beside the brief: facts of the installation that decide what customers get.</summary>
/// <param name="Accounts">Channel kind to what identifies the account that sends: account id, signature, registration numbers.</param>
/// <param name="Decisions">Decision id to the pinned version.</param>
public sealed record PackageContext(IReadOnlyDictionary<string, object?> Accounts, IReadOnlyDictionary<string, string> Decisions)
{
    public static readonly PackageContext Empty = new(new Dictionary<string, object?>(), new Dictionary<string, string>());
}

/// <summary>
/// The frozen content of all that will fire or be shown, in parts. Equal content gives equal hashes on any machine. What only reviewers read
/// (papers, responsibilities, lessons) is not part of it.
/// </summary>
public sealed record LaunchPackage(IReadOnlyDictionary<string, PackageContent> Parts, string Hash)
{
    public static LaunchPackage Build(Brief brief, PackageContext context)
    {
        var parts = PackagePart.All.ToDictionary(name => name, name => Seal(PartOf(name, brief, context)), StringComparer.Ordinal);
        return new LaunchPackage(parts, HashOf(parts.ToDictionary(part => part.Key, part => part.Value.Hash)));
    }

    /// <summary>The package hash from the part hashes alone: what an offline verifier recomputes.</summary>
    public static string HashOf(IReadOnlyDictionary<string, string> partHashes) => CanonicalJson.Hash(CanonicalJson.Write(partHashes));

    public IReadOnlyDictionary<string, string> Hashes => Parts.ToDictionary(part => part.Key, part => part.Value.Hash, StringComparer.Ordinal);

    /// <summary>Names of the parts whose content differs from <paramref name="before"/>, in the order of <see cref="PackagePart.All"/>.</summary>
    public IReadOnlyList<string> ChangedSince(IReadOnlyDictionary<string, string> before) =>
        [.. PackagePart.All.Where(name => before.GetValueOrDefault(name) != Parts[name].Hash)];

    private static PackageContent Seal(object content)
    {
        var json = CanonicalJson.Write(JsonSerializer.SerializeToElement(content, JsonDefaults.Options));
        return new PackageContent(json, CanonicalJson.Hash(json));
    }

    private static object PartOf(string name, Brief brief, PackageContext context) => name switch
    {
        PackagePart.Goal => new { brief.Name, brief.Objective, brief.Form, brief.Goal, brief.BenefitToCompany, brief.BenefitToCustomer },
        PackagePart.Audience => new { brief.Audience, ceilings = brief.Phases.Where(phase => phase.Recurrence is not null).Select(phase => new { phase.Key, phase.Recurrence!.Ceiling }) },
        PackagePart.Texts => brief.Phases.Select(phase => new { phase.Key, phase.Texts, phase.Link, steps = phase.Steps.Select(step => new { step.Texts, step.Link }), variants = phase.Experiment?.Variants.Select(variant => new { variant.Key, variant.Texts, variant.Offer, variant.Link }) }),
        PackagePart.Rules => new { rules = brief.Rules },
        PackagePart.Pages => brief.Pages.Select(page => new { page.Name, page.MediaType, page.Sha256 }),
        PackagePart.Channels => new { phases = brief.Phases.Select(phase => new { phase.Key, phase.Channels, phase.Purpose, phase.PreferCustomerChannel, phase.ManualAccount, steps = phase.Steps.Select(step => step.Channels), variants = phase.Experiment?.Variants.Select(variant => new { variant.Key, variant.Channels }) }), context.Accounts },
        PackagePart.Schedule => new { brief.Window, brief.TimeZone, phases = brief.Phases.Select(phase => new { phase.Key, phase.Name, phase.Date, phase.Time, phase.LatestMinutes, phase.LateMinutes, phase.Timing, phase.PerDay, phase.Recurrence?.Cron, phase.Recurrence?.Rule, phase.Recurrence?.Until, steps = phase.Steps.Select(step => new { step.AfterHours, step.When, step.Early, step.LatestMinutes }), variants = phase.Experiment?.Variants.Select(variant => new { variant.Key, variant.Time }) }) },
        PackagePart.Limits => new { brief.Limits, brief.Guardrails, phases = brief.Phases.Where(phase => phase.Rollout is not null || phase.Experiment is not null).Select(phase => new { phase.Key, phase.Rollout, experiment = phase.Experiment is { } test ? new { test.Key, test.Metric, test.TestPercent, test.Winner, shares = test.Variants.Select(variant => new { variant.Key, variant.Share }) } : null }) },
        PackagePart.Incentive => new { incentive = brief.Incentive },
        PackagePart.Budget => new { brief.Budget.Lines, brief.Budget.Messages },
        PackagePart.Product => new { brief.Product, context.Decisions },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such part."),
    };
}
