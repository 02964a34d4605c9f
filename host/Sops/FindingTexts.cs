using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Sops;

/// <summary>
/// What lint and the engine say, in the reader's language. The workflows library speaks English; its sentences stand in our English texts under
/// <c>lint.{code}</c> (several of a code are numbered) with holes where it fills in values, and so lead to the sentence of the other language.
/// What is not among them stays as it was said. Thread-safe.
/// </summary>
public sealed partial class FindingTexts(Texts texts)
{
    private const string Prefix = "lint.";

    // Parts of sentences, such as what to use instead.
    private const string Parts = "part";
    private readonly ConcurrentDictionary<string, IReadOnlyList<(string Key, Regex Said)>> known = new(StringComparer.Ordinal);

    [GeneratedRegex(@"\{(\d)\}")]
    private static partial Regex Hole();

    public string Of(DefinitionProblem problem) => Of(problem.Code, problem.Message);

    /// <summary>An incident of a process is kept as <c>code: message</c>.</summary>
    public string OfIncident(string text) => text.Split(": ", 2) is [var code, var message] && Of(code, message) is var said && said != message ? said : text;

    public string Of(string code, string message) => Texts.IsChinese ? Translate(code, message) ?? message : message;

    private string? Translate(string code, string message)
    {
        foreach (var (key, said) in known.GetOrAdd(code, Read))
        {
            if (said.Match(message) is not { Success: true } match)
                continue;
            var values = match.Groups.Cast<Group>().Skip(1).OrderBy(group => group.Name, StringComparer.Ordinal)
                .Select(group => code == Parts ? group.Value : Translate(Parts, group.Value) ?? group.Value);
            return string.Format(CultureInfo.CurrentCulture, texts.In(Texts.Chinese)[key], [.. values]);
        }
        return null;
    }

    // Those that say most come first: "{0} is not supported. {1}" would take whatever ends alike.
    private List<(string, Regex)> Read(string code) =>
        [.. texts.In(Texts.English)
            .Where(text => text.Key == Prefix + code || text.Key.StartsWith($"{Prefix}{code}.", StringComparison.Ordinal))
            .OrderByDescending(text => Hole().Replace(text.Value, "").Length)
            .Select(text => (text.Key, Pattern(text.Value)))];

    /// <summary>The sentence with each hole as a group named <c>a0</c>, <c>a1</c>, …; linear, whatever somebody wrote into a file.</summary>
    private static Regex Pattern(string sentence)
    {
        var pattern = new StringBuilder("^");
        var at = 0;
        foreach (Match hole in Hole().Matches(sentence))
        {
            pattern.Append(Regex.Escape(sentence[at..hole.Index])).Append(CultureInfo.InvariantCulture, $"(?<a{hole.Groups[1].Value}>.*?)");
            at = hole.Index + hole.Length;
        }
        pattern.Append(Regex.Escape(sentence[at..])).Append('$');
        return new Regex(pattern.ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
