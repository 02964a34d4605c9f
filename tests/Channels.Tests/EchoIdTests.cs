namespace Orchestrator.Channels.Tests;

public sealed class EchoIdTests
{
    [Fact]
    public void An_echo_comes_back_as_id_and_attempt()
    {
        Assert.True(EchoId.TryParse(EchoId.Format("12.345-6.1", 3), out var id, out var attempt));
        Assert.Equal(("12.345-6.1", 3), (id, attempt));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("abc-")]
    [InlineData("abc-0")]
    [InlineData("abc-x")]
    public void Other_tokens_are_not_ours(string? token) => Assert.False(EchoId.TryParse(token, out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void An_id_no_provider_could_echo_is_refused(string id) => Assert.ThrowsAny<ArgumentException>(() => EchoId.Format(id, 1));
}
