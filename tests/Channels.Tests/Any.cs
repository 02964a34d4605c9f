namespace Orchestrator.Channels.Tests;

internal static class Any
{
    private static int _last;

    public static OutboundMessage Message(string address = "+8613800138000", string text = "【禾光消费金融】会员日开始，拒收请回复R") => new()
    {
        MessageId = $"1.{Interlocked.Increment(ref _last)}.1",
        Address = address,
        Content = new MessageContent { Text = text, Subject = "会员日", Title = "会员日" },
        Purpose = Purpose.Marketing,
    };
}
