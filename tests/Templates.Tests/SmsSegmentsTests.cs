namespace Orchestrator.Templates.Tests;

public sealed class SmsSegmentsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(160, 1)]
    [InlineData(161, 2)]
    [InlineData(306, 2)]
    [InlineData(307, 3)]
    public void Latin_text_is_cut_at_160_and_153(int length, int segments)
    {
        var measured = SmsSegments.Count(new string('a', length));
        Assert.Equal((SmsEncoding.Gsm7, length, segments), (measured.Encoding, measured.Units, measured.Segments));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(70, 1)]
    [InlineData(71, 2)]
    [InlineData(134, 2)]
    [InlineData(135, 3)]
    public void Chinese_text_is_cut_at_70_and_67(int length, int segments)
    {
        var measured = SmsSegments.Count(new string('禾', length));
        Assert.Equal((SmsEncoding.Ucs2, length, segments), (measured.Encoding, measured.Units, measured.Segments));
    }

    [Theory]
    [InlineData("€", 2)]
    [InlineData("[]", 4)]
    [InlineData("a|b", 4)]
    public void Extension_characters_take_two_septets(string text, int septets) =>
        Assert.Equal(septets, SmsSegments.Count(text).Units);

    [Fact]
    public void An_escape_pair_is_not_split() // 152 + € does not fit the first segment of 153, so 305 septets need three segments.
    {
        Assert.Equal(2, SmsSegments.Count(new string('a', 306)).Segments);
        Assert.Equal(3, SmsSegments.Count(new string('a', 152) + "€" + new string('a', 152)).Segments);
    }

    [Fact]
    public void A_surrogate_pair_is_not_split()
    {
        Assert.Equal(2, SmsSegments.Count(new string('禾', 134)).Segments);
        Assert.Equal(3, SmsSegments.Count(new string('禾', 66) + "🎉" + new string('禾', 66)).Segments);
        Assert.Equal(1, SmsSegments.Count("🎉").Characters);
    }

    [Fact]
    public void The_character_that_forces_unicode_is_named()
    {
        Assert.Equal("’", SmsSegments.Count("it’s").FirstOutsideGsm7);
        Assert.Equal("🎉", SmsSegments.Count("hi 🎉").FirstOutsideGsm7);
        Assert.Null(SmsSegments.Count("plain").FirstOutsideGsm7);
    }

    [Fact]
    public void An_empty_text_has_no_segments() => Assert.Equal(0, SmsSegments.Count("").Segments);
}
