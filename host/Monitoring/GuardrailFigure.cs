using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Host.Campaigns;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Monitoring;

/// <summary>
/// The figure and the limit that people watch, read from a condition such as <c>delivered >= 500 and opt_outs / delivered > 0.005</c>: the last
/// operand that compares a share, else the last that compares anything, with a number. Conditions of another form have none.
/// </summary>
internal sealed partial record GuardrailFigure(FeelExpression Figure, decimal Limit, bool IsShare)
{
    private static readonly ConcurrentDictionary<string, GuardrailFigure?> Known = new();

    [GeneratedRegex(@"^(?<figure>[^<>=]+?)\s*>=?\s*(?<limit>[0-9]+(\.[0-9]+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Comparison();

    public static GuardrailFigure? Of(string condition) => Known.GetOrAdd(condition, Read);

    /// <returns>Null while it can't be computed, e.g. as long as nothing was delivered.</returns>
    public decimal? Read(IReadOnlyDictionary<string, object?> scope) =>
        Figure.Evaluate(FeelScope.From(scope)).TryGetNumber(out var value) ? value : null;

    private static GuardrailFigure? Read(string condition)
    {
        var compared = AudienceProof.Split(condition, "and").Select(part => Comparison().Match(part)).Where(match => match.Success).ToList();
        if ((compared.LastOrDefault(match => match.Groups["figure"].Value.Contains('/', StringComparison.Ordinal)) ?? compared.LastOrDefault()) is not { } match)
            return null;
        var figure = match.Groups["figure"].Value;
        return FeelExpression.TryCompile(figure, out var expression, out _)
            ? new GuardrailFigure(expression!, decimal.Parse(match.Groups["limit"].Value, CultureInfo.InvariantCulture), figure.Contains('/', StringComparison.Ordinal))
            : null;
    }
}
