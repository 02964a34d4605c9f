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

    [Fact]
    public async Task Results_are_asked_for_a_hundred_a_call_and_each_message_gets_its_own()
    {
        await using var channel = Open();
        var verdicts = await channel.SendAsync([Message(Good.Item1), Message("offline8970aa")], Cancellation);
        StatusQuestion Ask(string? reference) => new("1.2.0", 1, reference, "", TimeProvider.System.GetUtcNow());
        var (reached, offline) = (((Delivery.Accepted)verdicts[0]).ProviderRef, ((Delivery.Accepted)verdicts[1]).ProviderRef);

        // More than one call may carry, most of them unknown there.
        var answers = await ((IStatusQuery)channel).QueryAsync([.. Enumerable.Range(0, 150).Select(i => Ask($"none{i}")), Ask(reached), Ask(offline), Ask(null)], Cancellation);

        Assert.All(answers.Take(150), answer => Assert.IsType<StatusAnswer.Absent>(answer));
        Assert.Equal(ReceiptStatus.Delivered, Assert.IsType<StatusAnswer.Known>(answers[150]).Receipt.Status);
        Assert.Equal(ReceiptStatus.Accepted, Assert.IsType<StatusAnswer.Known>(answers[151]).Receipt.Status);
        Assert.IsType<StatusAnswer.Absent>(answers[152]);
    }
}
