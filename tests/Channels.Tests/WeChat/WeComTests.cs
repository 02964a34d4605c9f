using Orchestrator.Simulators;

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
        var staff = (IStaffTasks)channel;
        Assert.Equal([new StaffMember("zhangsan", false)], await staff.MembersAsync(task, Cancellation));
        Assert.IsType<Delivery.Accepted>(await staff.RemindAsync(task, Cancellation));
        using var http = new HttpClient();
        using var confirm = new StringContent($$"""{"msgid":"{{task}}"}""", System.Text.Encoding.UTF8, "application/json");
        await http.PostAsync(new Uri(Simulator.Address, "_wecom/confirm"), confirm, Cancellation);
        Assert.Equal(ReceiptStatus.Delivered, await StatusAsync(channel, message, task));
        Assert.Equal([new StaffMember("zhangsan", true)], await staff.MembersAsync(task, Cancellation));

        var second = Assert.IsType<Delivery.Accepted>(Assert.Single(await channel.SendAsync([Message(Good.Item1)], Cancellation))).ProviderRef!;
        Assert.Equal([second], await ((IRecall)channel).CancelAsync([second, "unknown"], Cancellation));
    }

    [Fact]
    public async Task A_reminder_is_called_once_whatever_becomes_of_it()
    {
        await using var channel = Open();
        var task = Assert.IsType<Delivery.Accepted>(Assert.Single(await channel.SendAsync([Message(Good.Item1)], Cancellation))).ProviderRef!;
        var staff = (IStaffTasks)channel;

        Simulator.Simulation.Faults.Force(Fault.Throttled, Fault.CloseAfterAccept);
        Assert.IsType<Delivery.Throttled>(await staff.RemindAsync(task, Cancellation));
        Assert.IsType<Delivery.Ambiguous>(await staff.RemindAsync(task, Cancellation));
        Assert.IsType<Delivery.Configuration>(await staff.RemindAsync("unknown", Cancellation));

        Assert.Equal(2, Simulator.Simulation.Log.Entries.Count(entry => entry.Text == task));
    }

    private static async Task<ReceiptStatus> StatusAsync(IChannel channel, OutboundMessage message, string task)
    {
        var question = new StatusQuestion(message.MessageId, 1, task, message.Address, TimeProvider.System.GetUtcNow());
        var answer = Assert.Single(await ((IStatusQuery)channel).QueryAsync([question], Cancellation));
        return Assert.IsType<StatusAnswer.Known>(answer).Receipt.Status;
    }
}
