using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Channels.Push.WebPush;

namespace Orchestrator.Channels.Tests.Push;

public sealed class WebPushTests : ChannelContract
{
    // RFC 8291, appendix A
    private const string UserAgentPublic = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private const string Auth = "BTBZMqHH6r4Tts7J_aSIgg";

    protected override string ProviderName => "web-push";

    protected override (string, string) Good => ("sub1", "sub2");

    protected override string Dead => "dead1";

    /// <summary>The address names the push service, so TLS is chosen there.</summary>
    protected override OutboundMessage Message(string address) => Any.Message(Subscription(new Uri(TlsWanted ? Simulator.TlsAddress : Simulator.Address, $"web-push/{address}")));

    protected override string EchoOf(OutboundMessage message) => "sub1";

    [Fact]
    public void The_example_of_RFC_8291_appendix_A_holds()
    {
        var serverPublic = Decode("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        using var server = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
            Q = WebPushEncryption.Coordinates(serverPublic),
        });
        var salt = Decode("DGv6ra1nlYgDCS1FRnbzlw");

        Assert.Equal("S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg", Base64Url.EncodeToString(WebPushEncryption.InputKey(Decode(UserAgentPublic), Decode(Auth), server, serverPublic)));
        var (cek, nonce) = WebPushEncryption.Keys(Decode(UserAgentPublic), Decode(Auth), server, serverPublic, salt);
        Assert.Equal(("oIhVW04MRdy2XN9CiKLxTg", "4h_95klXJ5E_qnoN"), (Base64Url.EncodeToString(cek), Base64Url.EncodeToString(nonce)));
        Assert.Equal(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            Base64Url.EncodeToString(WebPushEncryption.Encrypt("When I grow up, I want to be a watermelon"u8, Decode(UserAgentPublic), Decode(Auth), server, salt)));
    }

    [Fact]
    public async Task A_subscription_cannot_point_the_server_elsewhere()
    {
        await using var channel = Open();

        var verdict = Assert.Single(await channel.SendAsync([Any.Message(Subscription(new Uri("https://internal.example/admin")))], Cancellation));

        Assert.Equal("push-host", Assert.IsType<Delivery.PermanentRecipient>(verdict).Code);
    }

    private static string Subscription(Uri endpoint) => $$$"""{"endpoint":"{{{endpoint}}}","keys":{"p256dh":"{{{UserAgentPublic}}}","auth":"{{{Auth}}}"}}""";

    private static byte[] Decode(string text) => Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(text));
}
