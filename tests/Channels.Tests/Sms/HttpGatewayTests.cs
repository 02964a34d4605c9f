using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests.Sms;

public sealed class HttpGatewayTests : ChannelContract
{
    protected override string ProviderName => "http-gateway";

    [Fact]
    public async Task An_opted_out_number_is_an_opt_out()
    {
        await using var channel = Open();

        Assert.IsType<Delivery.OptOut>(Assert.Single(await channel.SendAsync([Message("+8613800130002")], Cancellation)));
    }

    [Fact]
    public async Task A_GET_gateway_that_hangs_up_after_accepting_is_called_once()
    {
        await using var gateway = new HangUpServer();
        await using var channel = Open(change: settings =>
        {
            settings["request"]!["url"] = $"{gateway.Address}send";
            settings["request"]!["method"] = "GET";
            settings["request"]!["format"] = "none";
            settings["request"]!["query"] = new JsonObject { ["id"] = "${echo}", ["t"] = "${text}" };
        });

        Assert.IsType<Delivery.Ambiguous>(Assert.Single(await channel.SendAsync([Message(Good.Item1)], Cancellation)));
        Assert.Equal(1, gateway.Requests);
    }

    [Fact]
    public async Task A_code_nobody_mapped_is_ambiguous_unless_the_account_says_otherwise()
    {
        await using var asked = Open(change: settings => settings["reply"]!["accepted"] = new JsonArray("77"));
        await using var strict = Open(change: settings =>
        {
            settings["reply"]!["accepted"] = new JsonArray("77");
            settings["reply"]!["otherwise"] = "configuration";
        });

        Assert.IsType<Delivery.Ambiguous>(Assert.Single(await asked.SendAsync([Message(Good.Item1)], Cancellation)));
        Assert.IsType<Delivery.Configuration>(Assert.Single(await strict.SendAsync([Message(Good.Item1)], Cancellation)));
    }

    [Fact]
    public async Task A_status_query_finds_what_was_taken_and_misses_what_was_not()
    {
        Simulator.Simulation.Faults.Force(Fault.CloseAfterAccept);
        await using var channel = Open();
        var (lost, never) = (Message(Good.Item1), Message(Good.Item2));
        await channel.SendAsync([lost], Cancellation);

        var query = Assert.IsAssignableFrom<IStatusQuery>(channel);
        var answers = await query.QueryAsync([Ask(lost), Ask(never)], Cancellation);

        Assert.True(query.AbsenceIsFinal);
        Assert.Equal(ReceiptStatus.Delivered, Assert.IsType<StatusAnswer.Known>(answers[0]).Receipt.Status);
        Assert.IsType<StatusAnswer.Absent>(answers[1]);
    }

    [Fact]
    public async Task Reports_and_replies_are_read_and_the_gateways_answer_returned()
    {
        await using var channel = Open();

        var outcome = Receive(channel, """{"reports":[{"id":"7.8.1-2","ref":"gw-1","to":"13800138000","status":"DELIVRD","time":"2026-11-21 10:00:00"},{"id":"7.9.1-1","to":"+8613800138001","status":"UNKNOWN"}],"replies":[{"from":"8613800138000","text":"ｔｄ","moId":"mo1"}]}""");

        var verified = Assert.IsType<WebhookOutcome.Verified>(outcome);
        Assert.Equal(("7.8.1", 2, ReceiptStatus.Delivered), (verified.Receipts[0].MessageId, verified.Receipts[0].Attempt, verified.Receipts[0].Status));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero), verified.Receipts[0].At);
        Assert.Equal("+8613800138000", verified.Receipts[0].Address);
        Assert.Equal(AddressEffect.Suppress, verified.Receipts[1].Effect);
        Assert.Equal(("+8613800138000", ReplyKind.OptOut), (verified.Replies[0].From, verified.Replies[0].Kind));
        Assert.Equal("{\"code\":0}", verified.Answer.Body);
    }

    [Fact]
    public async Task A_callback_with_a_wrong_secret_or_from_elsewhere_is_forged_and_one_without_content_malformed()
    {
        await using var channel = Open(change: settings => settings["callback"]!["allowedAddresses"] = new JsonArray("203.0.113.0/24"));

        Assert.IsType<WebhookOutcome.Forged>(Receive(channel, "{}", secret: "guess"));
        Assert.IsType<WebhookOutcome.Forged>(Receive(channel, "{}", from: "198.51.100.7"));
        Assert.IsType<WebhookOutcome.Malformed>(Receive(channel, "{}", from: "203.0.113.9"));
        Assert.IsType<WebhookOutcome.Malformed>(Receive(channel, "{", from: "203.0.113.9"));
    }

    [Fact]
    public async Task A_host_that_has_checked_the_address_itself_needs_no_second_secret_but_the_allow_list_still_counts()
    {
        await using var channel = Open(change: settings => settings["callback"] = new JsonObject { ["allowedAddresses"] = new JsonArray("203.0.113.0/24") });
        var request = new WebhookRequest { Url = new Uri("https://host.example/c"), Body = "{\"replies\":[{\"from\":\"1\",\"text\":\"R\"}]}"u8.ToArray(), RemoteAddress = IPAddress.Parse("203.0.113.9") };

        Assert.IsType<WebhookOutcome.Forged>(((IWebhook)channel).Receive(request));
        Assert.IsType<WebhookOutcome.Verified>(((IWebhook)channel).Receive(request with { PathVerified = true }));
        Assert.IsType<WebhookOutcome.Forged>(((IWebhook)channel).Receive(request with { PathVerified = true, RemoteAddress = IPAddress.Loopback }));
    }

    [Fact]
    public async Task The_simulator_sends_reports_and_replies_back()
    {
        await using var listener = await CallbackListener.StartAsync(Cancellation);
        Simulator.Simulation.Callbacks["http-gateway"] = listener.Address;
        await using var channel = Open();
        var message = Message(Good.Item1);

        await channel.SendAsync([message], Cancellation);

        var verified = Assert.IsType<WebhookOutcome.Verified>(Receive(channel, await listener.NextAsync(Cancellation)));
        Assert.Equal((message.MessageId, 1, ReceiptStatus.Delivered), (verified.Receipts[0].MessageId, verified.Receipts[0].Attempt, verified.Receipts[0].Status));
    }

    [Theory]
    [InlineData("request.url", "http://gateway.example.com/send", "https")]
    [InlineData("request.url", "http://169.254.169.254/latest", "Link-local")]
    [InlineData("request.body", "${phon}", "${phon}")]
    [InlineData("reply.pattern", "(", "regular expression")]
    public void A_wrong_setting_is_named(string path, string value, string expected)
    {
        var refused = Assert.Throws<ChannelSettingsException>(() => Open(change: settings =>
        {
            var parts = path.Split('.');
            settings[parts[0]]![parts[1]] = value;
        }));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("simulated-token", refused.Message, StringComparison.Ordinal);
    }

    private static StatusQuestion Ask(OutboundMessage message) => new(message.MessageId, 1, null, message.Address, TimeProvider.System.GetUtcNow());

    private static WebhookOutcome Receive(IChannel channel, string body, string secret = "simulated-callback-secret", string from = "127.0.0.1") =>
        ((IWebhook)channel).Receive(new WebhookRequest
        {
            Url = new Uri("https://host.example/callbacks/1"),
            Body = Encoding.UTF8.GetBytes(body),
            PathSecret = secret,
            RemoteAddress = IPAddress.Parse(from),
        });
}
