using System.Text;
using Orchestrator.Channels.WeChat;
using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests.WeChat;

public sealed class OfficialAccountTemplateTests : ChannelContract
{
    protected override string ProviderName => "wechat-template";

    protected override (string, string) Good => ("oFollower1", "oFollower2");

    protected override string Dead => "deadFollower";

    protected override OutboundMessage Message(string address) => Notice(address);

    protected override string EchoOf(OutboundMessage message) => message.Address;

    internal static OutboundMessage Notice(string address)
    {
        var message = Any.Message(address);
        return message with { Purpose = Purpose.Servicing, Content = message.Content with { TemplateCode = "TM1", TemplateParameters = [new("thing1", "还款提醒")] } };
    }

    [Fact]
    public async Task Marketing_never_leaves()
    {
        await using var channel = Open();

        var verdict = Assert.Single(await channel.SendAsync([Message(Good.Item1) with { Purpose = Purpose.Marketing }], Cancellation));

        Assert.Equal("oa-template-marketing", Assert.IsType<Delivery.Configuration>(verdict).Code);
        Assert.Equal(0, Simulator.Simulation.Log.Summary().Requests);
    }

    [Fact]
    public async Task The_same_message_sent_again_is_recognised()
    {
        Simulator.Simulation.Faults.Force(Fault.CloseAfterAccept);
        await using var channel = Open();
        var message = Message(Good.Item1);

        Assert.IsType<Delivery.Ambiguous>(Assert.Single(await channel.SendAsync([message], Cancellation)));
        Assert.IsType<Delivery.Accepted>(Assert.Single(await channel.SendAsync([message with { Attempt = 2 }], Cancellation)));
        Assert.Equal(1, Simulator.Simulation.Log.AcceptedCount(message.Address));
    }

    [Fact]
    public async Task A_refusal_of_the_user_is_an_opt_out()
    {
        await using var channel = Open();

        Assert.IsType<Delivery.OptOut>(Assert.Single(await channel.SendAsync([Message("refusedFollower")], Cancellation)));
    }

    [Theory]
    [InlineData("<Event>TEMPLATESENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>failed:user block</Status>", ReceiptStatus.Failed, AddressEffect.OptOut)]
    [InlineData("<Event>TEMPLATESENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>success</Status>", ReceiptStatus.Delivered, AddressEffect.None)]
    [InlineData("<Event>MASSSENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>send success</Status><TotalCount>100</TotalCount><FilterCount>100</FilterCount><SentCount>100</SentCount><ErrorCount>0</ErrorCount>", ReceiptStatus.Delivered, AddressEffect.None)]
    [InlineData("<Event>MASSSENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>send success</Status><TotalCount>100</TotalCount><FilterCount>80</FilterCount><SentCount>75</SentCount><ErrorCount>5</ErrorCount>", ReceiptStatus.Accepted, AddressEffect.None)]
    [InlineData("<Event>MASSSENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>send success</Status><TotalCount>100</TotalCount><FilterCount>80</FilterCount><SentCount>80</SentCount><ErrorCount>0</ErrorCount>", ReceiptStatus.Accepted, AddressEffect.None)]
    [InlineData("<Event>MASSSENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>err(10001)</Status><TotalCount>100</TotalCount><FilterCount>0</FilterCount><SentCount>0</SentCount><ErrorCount>0</ErrorCount>", ReceiptStatus.Failed, AddressEffect.None)]
    [InlineData("<Event>MASSSENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>send fail</Status><TotalCount>100</TotalCount><FilterCount>100</FilterCount><SentCount>3</SentCount><ErrorCount>97</ErrorCount>", ReceiptStatus.Accepted, AddressEffect.None)]
    [InlineData("<Event>MASSSENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>send success</Status>", ReceiptStatus.Accepted, AddressEffect.None)]
    public async Task Events_become_receipts(string elements, ReceiptStatus status, AddressEffect effect)
    {
        await using var channel = Open();

        var verified = Assert.IsType<WebhookOutcome.Verified>(Receive(channel, elements));

        Assert.Equal(("200163836", status, effect), (verified.Receipts[0].ProviderRef, verified.Receipts[0].Status, verified.Receipts[0].Effect));
        Assert.Equal(elements.Contains("MASSSEND", StringComparison.Ordinal), verified.Receipts[0].IsWholeJob);
        Assert.Equal("success", verified.Answer.Body);
    }

    [Fact]
    public async Task Unfollowing_opts_out_and_a_wrong_signature_changes_nothing()
    {
        await using var channel = Open();

        Assert.Equal(ReplyKind.OptOut, Assert.IsType<WebhookOutcome.Verified>(Receive(channel, "<Event>unsubscribe</Event>")).Replies[0].Kind);
        Assert.IsType<WebhookOutcome.Forged>(Receive(channel, "<Event>unsubscribe</Event>", token: "guess"));
    }

    private static WebhookOutcome Receive(IChannel channel, string elements, string token = "simulated-token") => ((IWebhook)channel).Receive(new WebhookRequest
    {
        Url = new Uri($"https://host.example/c?timestamp=1714037059&nonce=486452656&signature={WeChatCallback.Sign(token, "1714037059", "486452656")}"),
        Body = Encoding.UTF8.GetBytes($"<xml><FromUserName>oFollower1</FromUserName><CreateTime>1714037059</CreateTime><MsgType>event</MsgType>{elements}</xml>"),
    });
}

public sealed class OfficialAccountSubscribeTests : ChannelContract
{
    protected override string ProviderName => "wechat-subscribe";

    protected override (string, string) Good => ("oFollower1", "oFollower2");

    protected override string Dead => "deadFollower";

    protected override OutboundMessage Message(string address) => OfficialAccountTemplateTests.Notice(address);

    protected override string EchoOf(OutboundMessage message) => message.Address;
}

public sealed class OfficialAccountMassTests : ChannelContract
{
    protected override string ProviderName => "wechat-mass";

    protected override (string, string) Good => ("oFollower1", "oFollower2");

    protected override IReadOnlyDictionary<ContractCase, string> CannotExist { get; } = new Dictionary<ContractCase, string>
    {
        [ContractCase.PartialBatch] = "WeChat takes the whole list of followers or refuses it, and tells later how many were not reached",
    };

    protected override string EchoOf(OutboundMessage message) => message.Address;

    protected override IReadOnlyList<OutboundMessage> OneSend(OutboundMessage message) => [message, Message(Good.Item2)];

    [Fact]
    public async Task One_follower_alone_cannot_be_reached_and_others_still_are()
    {
        await using var channel = Open();

        var alone = Assert.IsType<Delivery.Configuration>(Assert.Single(await channel.SendAsync([Message(Good.Item1)], Cancellation)));
        Assert.Equal(("too-few", true), (alone.Code, alone.OnlyThisMessage));
    }
}

public sealed class WeComRobotTests : ChannelContract
{
    protected override string ProviderName => "wecom-robot";

    protected override IReadOnlyDictionary<ContractCase, string> CannotExist { get; } = new Dictionary<ContractCase, string>
    {
        [ContractCase.PartialBatch] = "a robot writes to one group chat; no recipient is named who could be refused",
    };

    protected override string EchoOf(OutboundMessage message) => "robot";
}
