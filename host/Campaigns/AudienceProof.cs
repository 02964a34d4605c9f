using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Campaigns;

/// <summary>
/// Shows that a rule keeps certain customers out, from the rule's own text: a conjunct that reads one attribute alone and does not hold for the
/// bad value proves it. What cannot be shown counts as not excluded, so the owner writes the condition plainly.
/// </summary>
internal static class AudienceProof
{
    private const int HighestAge = 120;

    public static bool ExcludesStudents(AudienceRule audience) => Excludes(audience, "student", true);

    /// <summary>Overdue by a day is overdue: shown for 1, 30 and 400 days.</summary>
    public static bool ExcludesOverdue(AudienceRule audience) =>
        Excludes(audience, "overdue_days", 1m) && Excludes(audience, "overdue_days", 30m) && Excludes(audience, "overdue_days", 400m);

    public static bool ExcludesComplaints(AudienceRule audience) => Excludes(audience, "open_complaint", true);

    /// <summary>The lowest age that the conjuncts on age admit; null when none reads it.</summary>
    public static decimal? MinAge(AudienceRule audience)
    {
        var conjuncts = Reading(Split(audience.Rule, "and"), "age").ToList();
        if (conjuncts.Count == 0)
            return null;
        for (var age = 0m; age <= HighestAge; age++)
        {
            if (conjuncts.All(conjunct => Holds(conjunct, "age", age)))
                return age;
        }
        return null;
    }

    private static bool Excludes(AudienceRule audience, string attribute, object value) =>
        Reading(Split(audience.Rule, "and"), attribute).Any(conjunct => !Holds(conjunct, attribute, value))
        || (audience.Exclusion is { } exclusion && Reading(Split(exclusion, "or"), attribute).Any(part => Holds(part, attribute, value)));

    private static IEnumerable<FeelExpression> Reading(IEnumerable<string> parts, string attribute)
    {
        foreach (var part in parts)
        {
            if (FeelExpression.TryCompile(part, out var expression, out _) && expression!.Names.Count == 1 && expression.Names.Contains(attribute))
                yield return expression;
        }
    }

    private static bool Holds(FeelExpression expression, string attribute, object value) =>
        expression.Evaluate(FeelScope.From(new Dictionary<string, object?> { [attribute] = value })).IsTrue;

    /// <summary>The operands of a top-level operator. A text that mixes in the other operator at the top is one operand: nothing is proved from it.</summary>
    internal static IReadOnlyList<string> Split(string text, string word)
    {
        var trimmed = Unwrap(text.Trim());
        var parts = Operands(trimmed, word);
        var other = word == "and" ? "or" : "and";
        // "a and b or c" is (a and b) or c: a and b alone would prove too much.
        return word == "and" && Operands(trimmed, other).Count > 1 ? [trimmed] : parts.SelectMany(part => part == trimmed ? [part] : Split(part, word)).ToList();
    }

    private static List<string> Operands(string text, string word)
    {
        var parts = new List<string>();
        var (depth, start, quoted) = (0, 0, false);
        var between = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && (i == 0 || text[i - 1] != '\\'))
                quoted = !quoted;
            if (quoted)
                continue;
            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            if (depth != 0 || !IsWord(text, i))
                continue;
            if (WordAt(text, i, "between"))
                between = true;
            else if (WordAt(text, i, word) && word == "and" && between)
                between = false;   // the "and" of "x between a and b"
            else if (WordAt(text, i, word))
            {
                parts.Add(text[start..i].Trim());
                start = i + word.Length;
            }
        }
        parts.Add(text[start..].Trim());
        return parts;
    }

    private static string Unwrap(string text)
    {
        while (text.Length > 1 && text[0] == '(' && ClosesAtEnd(text))
            text = text[1..^1].Trim();
        return text;
    }

    private static bool ClosesAtEnd(string text)
    {
        var (depth, quoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                quoted = !quoted;
            if (quoted)
                continue;
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0)
                return i == text.Length - 1;
        }
        return false;
    }

    private static bool IsWord(string text, int at) => char.IsLetter(text[at]) && (at == 0 || !(char.IsLetterOrDigit(text[at - 1]) || text[at - 1] == '_'));

    private static bool WordAt(string text, int at, string word) =>
        string.CompareOrdinal(text, at, word, 0, word.Length) == 0
        && (at + word.Length == text.Length || !(char.IsLetterOrDigit(text[at + word.Length]) || text[at + word.Length] == '_'));
}
