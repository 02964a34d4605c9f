using System.Net;
using System.Text;
using Orchestrator.Channels.Sms.Tencent;

namespace Orchestrator.Channels.Tests.Sms;

public sealed class TencentTests : ChannelContract
{
    private const string VectorBody = """{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}""";

    protected override string ProviderName => "tencent-sms";

    protected override OutboundMessage Message(string address)
    {
        var message = Any.Message(address);
        return message with { Content = message.Content with { TemplateCode = "1110", TemplateParameters = [new("1", "12月24日")] } };
    }

    [Fact]
    public void The_published_signature_holds()
    {
        var canonical = Tc3Signature.CanonicalRequest("cvm.tencentcloudapi.com", "DescribeInstances", VectorBody);

        Assert.Equal("35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064", Tc3Signature.Hash(VectorBody));
        Assert.Equal("7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84", Tc3Signature.Hash(canonical));
        var authorization = new Tc3Signature("id", new string('*', 32)).Authorization("cvm", "cvm.tencentcloudapi.com", "DescribeInstances", VectorBody, DateTimeOffset.FromUnixTimeSeconds(1551113065));
        Assert.EndsWith("Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f", authorization, StringComparison.Ordinal);
        Assert.Contains("/2019-02-25/cvm/tc3_request", authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_call_gives_a_verdict_per_number()
    {
        await using var channel = Open();

        var verdicts = await channel.SendAsync([Message(Good.Item1), Message(Dead), Message("+8613800130002"), Message(Good.Item2)], Cancellation);

        Assert.Collection(verdicts, v => Assert.IsType<Delivery.Accepted>(v), v => Assert.IsType<Delivery.PermanentRecipient>(v), v => Assert.IsType<Delivery.OptOut>(v), v => Assert.IsType<Delivery.Accepted>(v));
    }

    [Fact]
    public async Task Reports_are_read_and_answered_as_Tencent_wants()
    {
        await using var channel = Open();
        const string body = """[{"user_receive_time":"2026-11-21 10:00:00","nationcode":"86","mobile":"13800138000","report_status":"FAIL","errmsg":"TDBLACK","description":"x","sid":"2645:1"}]""";

        var verified = Assert.IsType<WebhookOutcome.Verified>(((IWebhook)channel).Receive(new WebhookRequest
        {
            Url = new Uri("https://host.example/c"), Body = Encoding.UTF8.GetBytes(body), PathSecret = "simulated-callback-secret", RemoteAddress = IPAddress.Loopback,
        }));

        Assert.Equal(("2645:1", "+8613800138000", AddressEffect.OptOut), (verified.Receipts[0].ProviderRef, verified.Receipts[0].Address, verified.Receipts[0].Effect));
        Assert.Equal("""{"result":0,"errmsg":"OK"}""", verified.Answer.Body);
    }
}
