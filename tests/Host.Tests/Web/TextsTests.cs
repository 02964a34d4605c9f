using System.Text.RegularExpressions;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tests.Web;

public sealed partial class TextsTests
{
    private static readonly Texts Texts = new();

    [GeneratedRegex(@"\{(\d+)[^}]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("^\\| `([a-z0-9-]+)`", RegexOptions.Multiline)]
    private static partial Regex ListedError();

    [Fact]
    public void Every_text_exists_in_both_languages() =>
        Assert.Equal(Texts.In(Texts.English).Keys.Order(StringComparer.Ordinal), Texts.In(Texts.Chinese).Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Both_languages_use_the_same_arguments()
    {
        var chinese = Texts.In(Texts.Chinese);
        var different = Texts.In(Texts.English)
            .Where(text => chinese.TryGetValue(text.Key, out var other) && !Arguments(text.Value).SetEquals(Arguments(other)))
            .Select(text => text.Key);
        Assert.Empty(different);
    }

    [Fact]
    public void Every_error_has_a_title() =>
        Assert.All(
            Texts.In(Texts.English).Keys.Where(key => key.StartsWith("error.", StringComparison.Ordinal) && !key.EndsWith(".title", StringComparison.Ordinal)),
            key => Assert.Contains($"{key}.title", Texts.In(Texts.English)));

    [Theory]
    [InlineData("errors.md")]
    [InlineData("errors.zh-CN.md")]
    public async Task Every_error_is_listed_for_callers(string page)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
            folder = folder.Parent!;
        var listed = ListedError().Matches(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "docs", page), TestContext.Current.CancellationToken)).Select(match => $"error.{match.Groups[1].Value}.title");

        Assert.Equal(
            Texts.In(Texts.English).Keys.Where(key => key.StartsWith("error.", StringComparison.Ordinal) && key.EndsWith(".title", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Chinese_texts_are_Chinese()
    {
        var untranslated = Texts.In(Texts.Chinese).Where(text => text.Value.Length > 24 && !text.Value.Any(c => c is >= '\u4e00' and <= '\u9fff')).Select(text => text.Key);
        Assert.Empty(untranslated);
    }

    private static HashSet<string> Arguments(string text) => [.. Placeholder().Matches(text).Select(match => match.Groups[1].Value)];
}
