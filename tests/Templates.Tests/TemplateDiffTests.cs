using FsCheck;
using FsCheck.Fluent;

namespace Orchestrator.Templates.Tests;

public sealed class TemplateDiffTests
{
    [Fact]
    public void Chinese_is_compared_by_character() =>
        Assert.Equal(
            [new(DiffKind.Same, "限量"), new(DiffKind.Removed, "300"), new(DiffKind.Added, "500"), new(DiffKind.Same, "张,"), new(DiffKind.Removed, "先"), new(DiffKind.Added, "领"), new(DiffKind.Same, "完即止")],
            TemplateDiff.Compare("限量300张,先完即止", "限量500张,领完即止"));

    [Fact]
    public void Latin_words_and_variables_are_compared_as_a_whole() =>
        Assert.Equal(
            [new(DiffKind.Same, "Starts "), new(DiffKind.Removed, "{{start}}"), new(DiffKind.Added, "{{end}}"), new(DiffKind.Same, " "), new(DiffKind.Removed, "today"), new(DiffKind.Added, "tomorrow")],
            TemplateDiff.Compare("Starts {{start}} today", "Starts {{end}} tomorrow"));

    [Fact]
    public void Equal_texts_are_one_span_and_nothing_is_none()
    {
        Assert.Equal([new(DiffKind.Same, "您好")], TemplateDiff.Compare("您好", "您好"));
        Assert.Empty(TemplateDiff.Compare("", null));
        Assert.Equal([new(DiffKind.Added, "您好")], TemplateDiff.Compare(null, "您好"));
    }

    [Fact]
    public void Spans_join_to_both_versions()
    {
        var text = Gen.Elements("限", "量", "3", "a", " ", "{{x}}", "🎉", "\n").ArrayOf().Select(string.Concat).ToArbitrary();
        Prop.ForAll(text, text, (before, after) =>
        {
            var spans = TemplateDiff.Compare(before, after);
            return string.Concat(spans.Where(span => span.Kind != DiffKind.Added).Select(span => span.Text)) == before
                && string.Concat(spans.Where(span => span.Kind != DiffKind.Removed).Select(span => span.Text)) == after;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_rewrite_of_a_long_text_is_shown_as_replaced()
    {
        var (before, after) = (string.Concat(Enumerable.Repeat("旧文", 2_000)), string.Concat(Enumerable.Repeat("新字", 2_000)));
        Assert.Equal([new(DiffKind.Removed, before), new(DiffKind.Added, after)], TemplateDiff.Compare(before, after));
    }
}
