namespace Orchestrator.Channels.Tests.Push;

public sealed class FcmTests : ChannelContract
{
    protected override string ProviderName => "fcm";

    protected override (string, string) Good => ("cTokenA:APA91b", "cTokenB:APA91b");

    protected override string Dead => "deadToken:APA91b";
}
