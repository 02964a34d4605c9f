namespace Orchestrator.Channels.Tests;

public sealed class ReplyWordsTests
{
    [Theory]
    [InlineData("R")]
    [InlineData(" r。")]
    [InlineData("ＴＤ")]
    [InlineData("T")]
    [InlineData("STOP")]
    [InlineData("Stop!")]
    [InlineData("退订")]
    [InlineData("【退订】")]
    [InlineData("请帮我退订谢谢")]
    [InlineData("opt out")]
    [InlineData("Please unsubscribe me")]
    public void Opt_outs_are_recognised(string text) => Assert.Equal(ReplyKind.OptOut, ReplyWords.Classify(text));

    [Theory]
    [InlineData("START", ReplyKind.OptIn)]
    [InlineData("UNSTOP", ReplyKind.OptIn)]
    [InlineData("恢复", ReplyKind.OptIn)]
    [InlineData("help", ReplyKind.Help)]
    [InlineData("好的", ReplyKind.Text)]
    [InlineData("Really?", ReplyKind.Text)]
    [InlineData("", ReplyKind.Text)]
    [InlineData(null, ReplyKind.Text)]
    public void Other_replies_keep_their_meaning(string? text, ReplyKind kind) => Assert.Equal(kind, ReplyWords.Classify(text));
}
