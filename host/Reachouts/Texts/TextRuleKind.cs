using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Templates;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Host.Reachouts;

/// <summary>A rule pack for texts as a dated rule says it, in the form of the packs in the box.</summary>
public sealed record HouseRulePack
{
    /// <summary>Findings name it beside the pack's name.</summary>
    public string Version { get; init; } = "";
    public BilingualText? Title { get; init; }
    public IReadOnlyList<JsonElement> Rules { get; init; } = [];

    /// <summary>Ends the packs of its name that were published before; the one in the box holds again. Says nothing itself.</summary>
    public bool Withdrawn { get; init; }
}

/// <summary>Dated rules <c>text-rules</c>, each named by its pack: one of a pack in the box stands for it, another is applied beside.</summary>
internal sealed partial class TextRuleKind : DatedRuleKind<HouseRulePack>
{
    private const int MostRules = 200, LongestVersion = 40, LongestRule = 50_000;

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex PackName();

    public override string Name => "text-rules";
    public override IReadOnlyList<string> Proposers { get; } = [Role.Compliance, Role.ConsumerProtection, Role.ProcessAdmin];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Compliance];

    /// <summary>The packs that texts are held against on a day.</summary>
    public async Task<IReadOnlyList<RulePack>> PacksAsync(OrchestratorDb db, DateOnly day, CancellationToken cancellationToken)
    {
        var own = (await PublishedAsync(db, cancellationToken)).Where(row => row.From <= day).GroupBy(row => row.Name).Select(versions => versions.Last()).Where(row => !row.Value.Withdrawn)
            .Select(row => Read(row.Name, row.From, row.Value)).ToList();
        return own.Count == 0 ? TemplateLinter.ShippedPacks : [.. TemplateLinter.ShippedPacks.Where(pack => own.All(other => other.Id != pack.Id)), .. own];
    }

    protected override IEnumerable<FieldProblem> Problems(string name, HouseRulePack value)
    {
        if (!PackName().IsMatch(name))
            yield return new FieldProblem("name", "field.rule-code", name);
        if (value.Withdrawn)
        {
            if (value is not { Version: "", Title: null, Rules.Count: 0 })
                yield return new FieldProblem("value.withdrawn", "field.withdrawn-alone");
            yield break;
        }
        if (string.IsNullOrWhiteSpace(value.Version))
            yield return new FieldProblem("value.version", "field.required");
        else if (value.Version.Length > LongestVersion)
            yield return new FieldProblem("value.version", "field.too-long", LongestVersion);
        if (value.Rules.Count == 0)
            yield return new FieldProblem("value.rules", "field.required");
        else if (value.Rules.Count > MostRules)
            yield return new FieldProblem("value.rules", "field.too-many", MostRules);
        else if (value.Rules.Any(rule => rule.GetRawText().Length > LongestRule))
            yield return new FieldProblem("value.rules", "field.too-long", LongestRule);
        else if (FaultOf(name, value) is { } fault)
            yield return new FieldProblem("value.rules", "field.text-finding", fault);
    }

    private static string? FaultOf(string name, HouseRulePack value)
    {
        try
        {
            Read(name, DateOnly.MinValue, value);
            return null;
        }
        catch (TemplateException fault)
        {
            return fault.Message;
        }
    }

    private static RulePack Read(string name, DateOnly from, HouseRulePack value) => RulePack.Parse(new JsonObject
    {
        ["id"] = name,
        ["version"] = value.Version,
        ["effectiveFrom"] = from.ToString("yyyy-MM-dd", null),
        ["title"] = new JsonObject { ["zh"] = value.Title?.Zh ?? name, ["en"] = value.Title?.En ?? name },
        ["rules"] = new JsonArray([.. value.Rules.Select(rule => JsonNode.Parse(rule.GetRawText()))]),
    }.ToJsonString());
}
