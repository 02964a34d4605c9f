using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests.Push;

public sealed class JPushTests : ChannelContract
{
    protected override string ProviderName => "jpush";

    protected override (string, string) Good => ("1a0018970aa0001", "1a0018970aa0002");

    protected override string Dead => "dead0018970aa";

    protected override string EchoOf(OutboundMessage message) => message.MessageId.Replace('.', '_');

    [Fact]
    public async Task Sending_the_same_message_again_after_a_lost_reply_is_not_delivered_twice()
    {
        Simulator.Simulation.Faults.Force(Fault.CloseAfterAccept);
        await using var channel = Open();
        var message = Message(Good.Item1);
        Assert.IsType<Delivery.Ambiguous>(Assert.Single(await channel.SendAsync([message], Cancellation)));

        Assert.IsType<Delivery.Accepted>(Assert.Single(await channel.SendAsync([message with { Attempt = 2 }], Cancellation)));

        Assert.Equal(TimeSpan.FromDays(1), channel.Guarantees.IdempotencyWindow);
        Assert.Equal(1, Simulator.Simulation.Log.AcceptedCount(EchoOf(message)));
    }
}
