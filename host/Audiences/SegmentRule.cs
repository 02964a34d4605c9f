using System.Text.RegularExpressions;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Audiences;

/// <summary>Reads segment rules.</summary>
public static class SegmentRule
{
    private const int LongestRule = 20_000;

    /// <summary>Compiles; what is wrong is told with its position, counted from 1, under the field <paramref name="field"/>.</summary>
    public static Outcome<CompiledRule> Compile(string rule, AttributeSet declared, string field = "rule")
    {
        if (string.IsNullOrWhiteSpace(rule))
            return Refusal.Invalid(new FieldProblem(field, "field.required"));
        if (rule.Length > LongestRule)
            return Refusal.Invalid(new FieldProblem(field, "audience.field.rule-long", LongestRule));
        if (!FeelExpression.TryCompile(rule, out var expression, out var error))
            return Refusal.Invalid(new FieldProblem(field, "audience.field.rule-syntax", error!.Position + 1, error.Message));
        var unknown = expression!.Names.Where(name => !declared.ByName.ContainsKey(name)).ToArray();
        return unknown.Length > 0
            ? Refusal.Invalid([.. unknown.Select(name => new FieldProblem(field, "audience.field.rule-attribute", PositionOf(name, rule), name))])
            : new CompiledRule(expression, new AttributeReader(declared, expression.Names));
    }

    private static int PositionOf(string name, string rule)
    {
        var match = Regex.Match(rule, $@"(?<!\w){Regex.Escape(name)}(?!\w)", RegexOptions.None, TimeSpan.FromSeconds(1));
        return match.Success ? match.Index + 1 : 1;
    }
}
