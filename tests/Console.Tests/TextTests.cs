using System.Text.RegularExpressions;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Web;

namespace Orchestrator.Console.Tests;

public sealed partial class TextTests
{
    private static readonly Texts Texts = new();

    [GeneratedRegex("""T(?:exts)?\["(?<key>[a-z0-9][^"{}$]*)"[\],]""")]
    private static partial Regex UseOfText();

    [GeneratedRegex("""[㐀-鿿]""")]
    private static partial Regex Chinese();

    // Text between tags: starts with a capital letter, two words or more.
    [GeneratedRegex(""">\s*[A-Z][a-z]+ [a-z]+[^<@{}]*<""")]
    private static partial Regex EnglishBetweenTags();

    [Fact]
    public void Both_languages_have_the_same_keys()
    {
        var chinese = Texts.In(Texts.Chinese).Keys.ToHashSet();
        var english = Texts.In(Texts.English).Keys.ToHashSet();

        Assert.Empty(chinese.Except(english).Order());
        Assert.Empty(english.Except(chinese).Order());
    }

    [Fact]
    public void Both_languages_take_the_same_arguments()
    {
        var different = Texts.In(Texts.Chinese)
            .Where(text => Texts.In(Texts.English).TryGetValue(text.Key, out var english) && !Arguments(text.Value).SetEquals(Arguments(english)))
            .Select(text => text.Key);

        Assert.Empty(different);
    }

    [Fact]
    public void Every_key_that_a_page_names_exists()
    {
        var missing = Pages()
            .SelectMany(page => UseOfText().Matches(File.ReadAllText(page)).Select(match => match.Groups["key"].Value))
            .Distinct()
            .Where(key => !Texts.In(Texts.English).ContainsKey(key));

        Assert.Empty(missing.Order());
    }

    [GeneratedRegex("""(?:<Icon Name|[ (]Icon)="(?<name>[a-z][a-z0-9-]+)"|new\("[a-z-]+", "(?<name>[a-z][a-z0-9-]+)", "/""")]
    private static partial Regex UseOfIcon();

    [Fact]
    public void Every_icon_that_a_page_names_is_in_the_sprite()
    {
        var known = File.ReadAllText(Path.Combine(Repository.Root, "host/Console/client/icons.js"));
        var missing = Pages().SelectMany(page => UseOfIcon().Matches(File.ReadAllText(page)).Select(match => match.Groups["name"].Value)).Distinct().Where(name => !known.Contains($"'{name}'", StringComparison.Ordinal));

        Assert.Empty(missing.Order());
    }

    [Fact]
    public void No_page_holds_a_text_of_its_own()
    {
        // The gallery's sample data and the names of the two languages are the exceptions.
        var literals = Pages()
            .Where(page => !page.EndsWith("Gallery.razor", StringComparison.Ordinal) && !page.EndsWith("LanguageForm.razor", StringComparison.Ordinal) && page.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(page => File.ReadLines(page)
                .Select((line, number) => (line, place: $"{Path.GetFileName(page)}:{number + 1}"))
                .Where(at => !at.line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .Where(at => Chinese().IsMatch(at.line) || EnglishBetweenTags().IsMatch(at.line))
                .Select(at => $"{at.place} {at.line.Trim()}"));

        Assert.Empty(literals);
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "host/Console"), "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal));

    private static HashSet<string> Arguments(string text) => [.. ArgumentPattern().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"\{\d")]
    private static partial Regex ArgumentPattern();
}
