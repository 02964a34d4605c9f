using System.Net;
using System.Text;
using Orchestrator.Channels.Sms.Aliyun;
using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests.Sms;

public sealed class AliyunTests : ChannelContract
{
    protected override string ProviderName => "aliyun-sms";

    protected override OutboundMessage Message(string address) => Templated(address);

    private static OutboundMessage Templated(string address)
    {
        var message = Any.Message(address);
        return message with { Content = message.Content with { TemplateCode = "SMS_1", TemplateParameters = [new("start", "12月24日")] } };
    }

    [Fact]
    public void The_published_signature_holds()
    {
        var headers = new Acs3Signature("YourAccessKeyId", "YourAccessKeySecret").Headers(
            "ecs.cn-shanghai.aliyuncs.com", "RunInstances", "2014-05-26",
            [new("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"), new("RegionId", "cn-shanghai")],
            "2023-10-26T10:22:32Z", "3156853299f313e23d1673dc12e1703d");

        Assert.EndsWith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0", headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_without_a_registered_template_is_refused_before_it_leaves()
    {
        await using var channel = Open();

        var refused = Assert.IsType<Delivery.Configuration>(Assert.Single(await channel.SendAsync([Any.Message()], Cancellation)));

        Assert.Equal(("template", true), (refused.Code, refused.OnlyThisMessage));
    }

    [Fact]
    public async Task Batches_share_calls_and_a_wrong_number_among_them_fails_alone()
    {
        await using var channel = Open(change: settings => settings["batch"] = true);

        var together = await channel.SendAsync([Message(Good.Item1), Message(Good.Item2)], Cancellation);
        Assert.Single(together.Select(verdict => Assert.IsType<Delivery.Accepted>(verdict).ProviderRef).Distinct());
        var mixed = await channel.SendAsync([Message(Good.Item1), Message(Dead), Message(Good.Item2)], Cancellation);

        Assert.IsType<Delivery.Accepted>(mixed[0]);
        Assert.True(Assert.IsType<Delivery.PermanentRecipient>(mixed[1]).Suppress);
        Assert.IsType<Delivery.Accepted>(mixed[2]);
        // Two of the first call, and each good number of the refused one once.
        Assert.Equal(4, Simulator.Simulation.Log.Summary().Accepted);
    }

    [Fact]
    public async Task A_batch_that_may_have_been_taken_is_never_sent_singly()
    {
        Simulator.Simulation.Faults.Force(Fault.CloseAfterAccept);
        await using var channel = Open(change: settings => settings["batch"] = true);

        Assert.All(await channel.SendAsync([Message(Good.Item1), Message(Good.Item2)], Cancellation), verdict => Assert.IsType<Delivery.Ambiguous>(verdict));
        Assert.Equal(2, Simulator.Simulation.Log.Summary().Requests);   // the two messages of the one call
    }

    [Fact]
    public async Task A_batch_carries_nobody_s_id_and_a_batch_of_one_its_own()
    {
        await using var channel = Open(change: settings => settings["batch"] = true);
        var (first, second) = (Message(Good.Item1), Message(Good.Item2));

        await channel.SendAsync([first, second], Cancellation);
        Assert.DoesNotContain(Simulator.Simulation.Log.Entries, entry => entry.Id.Contains(first.Echo, StringComparison.Ordinal));
        await channel.SendAsync([first], Cancellation);
        Assert.Single(Simulator.Simulation.Log.Entries, entry => entry.Id == first.Echo);
    }

    [Fact]
    public async Task After_a_timeout_the_details_tell_what_became_of_it()
    {
        Simulator.Simulation.Faults.Force(Fault.CloseAfterAccept);
        await using var channel = Open();
        var (lost, never) = (Message(Good.Item1), Message(Good.Item2));
        await channel.SendAsync([lost], Cancellation);

        var answers = await ((IStatusQuery)channel).QueryAsync([Ask(lost), Ask(never)], Cancellation);

        Assert.IsType<StatusAnswer.Known>(answers[0]);
        Assert.IsType<StatusAnswer.Absent>(answers[1]);
    }

    [Fact]
    public async Task Asked_about_midnight_it_looks_at_both_days()
    {
        Simulator.Simulation.Faults.Force(Fault.CloseAfterAccept);
        await using var channel = Open();
        var lost = Message(Good.Item1);
        await channel.SendAsync([lost], Cancellation);
        var sent = Simulator.Simulation.Log.Entries.Last().At.ToOffset(TimeSpan.FromHours(8));
        var midnight = new DateTimeOffset(sent.Date, sent.Offset).AddDays(1);

        var answers = await ((IStatusQuery)channel).QueryAsync([Ask(lost) with { SentAt = midnight.AddMinutes(5) }, Ask(lost) with { SentAt = midnight.AddHours(1) }], Cancellation);

        Assert.IsType<StatusAnswer.Known>(answers[0]);
        Assert.IsType<StatusAnswer.Absent>(answers[1]);
    }

    [Fact]
    public async Task Reports_name_our_message_and_black_lists_opt_out()
    {
        await using var channel = Open();

        var verified = Assert.IsType<WebhookOutcome.Verified>(Receive(channel, """
            [{"phone_number":"13800138000","send_time":"2026-11-21 10:00:00","report_time":"2026-11-21 10:00:05","success":true,"err_code":"DELIVERED","sms_size":"1","biz_id":"B1","out_id":"7.8.1-2"},
             {"phone_number":"13800138001","success":false,"err_code":"MBBLACK","biz_id":"B2","out_id":"7.9.1-1"}]
            """));

        Assert.Equal(("7.8.1", 2, ReceiptStatus.Delivered, "+8613800138000"), (verified.Receipts[0].MessageId, verified.Receipts[0].Attempt, verified.Receipts[0].Status, verified.Receipts[0].Address));
        Assert.Equal(AddressEffect.OptOut, verified.Receipts[1].Effect);
        Assert.Contains("\"code\":0", verified.Answer.Body, StringComparison.Ordinal);
        var reply = Assert.IsType<WebhookOutcome.Verified>(Receive(channel, """[{"phone_number":"13800138000","content":"TD","sequence_id":5}]""")).Replies[0];
        Assert.Equal(ReplyKind.OptOut, reply.Kind);
    }

    private static StatusQuestion Ask(OutboundMessage message) => new(message.MessageId, 1, null, message.Address, TimeProvider.System.GetUtcNow());

    private static WebhookOutcome Receive(IChannel channel, string body) => ((IWebhook)channel).Receive(new WebhookRequest
    {
        Url = new Uri("https://host.example/callbacks/1"),
        Body = Encoding.UTF8.GetBytes(body),
        PathSecret = "simulated-callback-secret",
        RemoteAddress = IPAddress.Loopback,
    });
}
