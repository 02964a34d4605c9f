namespace Orchestrator.Channels.Tests.Push;

public sealed class ApnsTests : ChannelContract
{
    protected override string ProviderName => "apns";

    protected override (string, string) Good => ("00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0", "11fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0");

    protected override string Dead => "deadbeef";

    [Fact]
    public async Task A_token_that_is_not_hexadecimal_never_leaves()
    {
        await using var channel = Open();

        Assert.IsType<Delivery.PermanentRecipient>(Assert.Single(await channel.SendAsync([Message("../../etc")], Cancellation)));
        Assert.Equal(0, Simulator.Simulation.Log.Summary().Requests);
    }
}
