using System.Text.RegularExpressions;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Campaigns;

/// <summary>The form of variables that people declare with a text. Whether an attribute may fill one is for the checks of the text.</summary>
internal static partial class TextVariables
{
    public const int Most = 20;
    private const int LongestText = 200;
    private const int LongestPrinted = 500;

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z")]
    private static partial Regex NamePattern();

    /// <summary>Types that an attribute can fill.</summary>
    public static IReadOnlyList<VariableType> Printable { get; } = [VariableType.Text, VariableType.Number, VariableType.Money, VariableType.Date, VariableType.Flag];

    /// <param name="variables">As they were declared.</param>
    /// <param name="at">Path of the list.</param>
    /// <param name="isForCampaigns">Then an attribute fills each.</param>
    public static IEnumerable<FieldProblem> Problems(IReadOnlyList<TemplateVariable> variables, string at, bool isForCampaigns)
    {
        if (variables.Count > Most)
            yield return new FieldProblem(at, "field.too-many", Most);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (variable, i) in variables.Take(Most).Select((variable, i) => (variable, i)))
        {
            // JSON may have null for an entry of a list.
            if (variable?.Name is not { } name || !NamePattern().IsMatch(name) || TemplateTokens.All.Contains(name))
                yield return new FieldProblem($"{at}[{i}].name", "field.variable-name");
            else if (!names.Add(name))
                yield return new FieldProblem($"{at}[{i}].name", "field.twice", name);
            else if (IsTaken(variable, isForCampaigns))
                yield return new FieldProblem($"{at}[{i}].name", "field.variable-taken", name);
            else if (variable.Attribute is null && isForCampaigns)
                yield return new FieldProblem($"{at}[{i}].attribute", "field.required");
            else
            {
                foreach (var problem in PrintProblems(variable, $"{at}[{i}]"))
                    yield return problem;
            }
        }
    }

    // Nothing but a customer's attribute could know the name.
    private static bool IsTaken(TemplateVariable variable, bool isForCampaigns) =>
        (isForCampaigns || variable.Attribute is not null) && variable.Name != "name" && BriefTemplates.Variables.Any(known => known.Name == variable.Name);

    private static IEnumerable<FieldProblem> PrintProblems(TemplateVariable variable, string at)
    {
        if (variable.Example?.Length > LongestText)
            yield return new FieldProblem($"{at}.example", "field.too-long", LongestText);
        if (variable.Attribute is null)
        {
            if (variable is not { Fallback: null, Masked: false, MaxLength: null })
                yield return new FieldProblem($"{at}.attribute", "field.required");
            yield break;
        }
        if (!Printable.Contains(variable.Type))
            yield return new FieldProblem($"{at}.type", "field.choice-of", variable.Type, string.Join(", ", Printable));
        if (variable.Fallback?.Length > LongestText)
            yield return new FieldProblem($"{at}.fallback", "field.too-long", LongestText);
        else if (variable.Fallback is { } fallback && PlainValue.Read(variable.Type, fallback) is null)
            yield return new FieldProblem($"{at}.fallback", "field.variable-value");
        if (variable.Type != VariableType.Text && (variable.Masked || variable.MaxLength is not null))
            yield return new FieldProblem($"{at}.{(variable.Masked ? "masked" : "maxLength")}", "field.variable-text-only");
        if (variable.MaxLength is < 1 or > LongestPrinted)
            yield return new FieldProblem($"{at}.maxLength", "field.between", 1, LongestPrinted);
    }
}
