namespace Orchestrator.Channels.Tests.WeChat;

public sealed class WeComAppTests : ChannelContract
{
    protected override string ProviderName => "wecom-app";

    protected override (string, string) Good => ("lisi", "wangwu");

    protected override string Dead => "deadperson";

    protected override string EchoOf(OutboundMessage message) => message.Address;
}

public sealed class WeComCustomerTests : ChannelContract
{
    protected override string ProviderName => "wecom-customer";

    protected override (string, string) Good => ("wmexternal1", "wmexternal2");

    protected override string Dead => "deadexternal";

    protected override string EchoOf(OutboundMessage message) => message.Address;

    [Fact]
    public async Task A_task_waits_for_staff_until_they_confirm_and_can_be_reminded_and_cancelled()
    {
        await using var channel = Open();
        var (message, other) = (Message(Good.Item1), Message(Good.Item2));
        var verdicts = await channel.SendAsync([message, other], Cancellation);
        var task = Assert.IsType<Delivery.Accepted>(verdicts[0]).ProviderRef!;
        Assert.Equal(task, Assert.IsType<Delivery.Accepted>(verdicts[1]).ProviderRef);   // one text, one task

        Assert.Equal(ReceiptStatus.Accepted, await StatusAsync(channel, message, task));
        Assert.Equal([task], await ((IRecall)channel).RemindAsync([task], Cancellation));
        using var http = new HttpClient();
        using var confirm = new StringContent($$"""{"msgid":"{{task}}"}""", System.Text.Encoding.UTF8, "application/json");
        await http.PostAsync(new Uri(Simulator.Address, "_wecom/confirm"), confirm, Cancellation);
        Assert.Equal(ReceiptStatus.Delivered, await StatusAsync(channel, message, task));

        var second = Assert.IsType<Delivery.Accepted>(Assert.Single(await channel.SendAsync([Message(Good.Item1)], Cancellation))).ProviderRef!;
        Assert.Equal([second], await ((IRecall)channel).CancelAsync([second, "unknown"], Cancellation));
    }

    private static async Task<ReceiptStatus> StatusAsync(IChannel channel, OutboundMessage message, string task)
    {
        var question = new StatusQuestion(message.MessageId, 1, task, message.Address, TimeProvider.System.GetUtcNow());
        var answer = Assert.Single(await ((IStatusQuery)channel).QueryAsync([question], Cancellation));
        return Assert.IsType<StatusAnswer.Known>(answer).Receipt.Status;
    }
}
