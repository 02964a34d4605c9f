using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Channels.Sms.Twilio;

namespace Orchestrator.Channels.Tests.Sms;

public sealed class TwilioTests : ChannelContract
{
    protected override string ProviderName => "twilio";

    protected override (string, string) Good => ("+14155550100", "+14155550101");

    protected override string Dead => "+14155550001";

    private static readonly Dictionary<string, string> VectorForm = new()
    {
        ["CallSid"] = "CA1234567890ABCDE", ["Caller"] = "+14158675309", ["Digits"] = "1234", ["From"] = "+14158675309", ["To"] = "+18005551212",
    };

    [Fact]
    public void The_published_form_vector_holds() =>
        Assert.Equal("RSOYDt4T1cUTdK1PDd93/VVr8B8=", TwilioSignature.Compute("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", VectorForm));

    [Fact]
    public void The_published_JSON_vector_holds()
    {
        const string url = "https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        var request = new WebhookRequest { Url = new Uri(url), Body = Encoding.UTF8.GetBytes("""{"property": "value", "boolean": true}""") };

        Assert.True(TwilioSignature.Verify("12345", request, VectorForm, "a9nBmqA0ju/hNViExpshrM61xv4="));
        Assert.False(TwilioSignature.Verify("12345", request with { Body = "{}"u8.ToArray() }, VectorForm, "a9nBmqA0ju/hNViExpshrM61xv4="));
    }

    [Theory]
    [InlineData("https://mycompany.com:443/myapp.php?foo=1&bar=2")]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=2")]
    public void The_port_in_the_URL_does_not_matter(string url) =>
        Assert.True(TwilioSignature.Verify("12345", new WebhookRequest { Url = new Uri(url) }, VectorForm, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));

    [Fact]
    public async Task A_stopped_number_is_an_opt_out()
    {
        await using var channel = Open();

        Assert.IsType<Delivery.OptOut>(Assert.Single(await channel.SendAsync([Message("+14155550002")], Cancellation)));
    }

    [Fact]
    public async Task A_signed_status_callback_names_our_message_and_a_forged_one_changes_nothing()
    {
        await using var listener = await CallbackListener.StartAsync(Cancellation);
        Simulator.Simulation.Callbacks["twilio"] = listener.Address;
        await using var channel = Open();
        var message = Message(Good.Item1);
        await channel.SendAsync([message], Cancellation);
        var body = await listener.NextAsync(Cancellation);

        var url = $"{listener.Address}?echo={message.Echo}";
        var verified = Assert.IsType<WebhookOutcome.Verified>(Receive(channel, url, body, Sign(url, body)));
        Assert.Equal((message.MessageId, 1, ReceiptStatus.Delivered), (verified.Receipts[0].MessageId, verified.Receipts[0].Attempt, verified.Receipts[0].Status));
        Assert.IsType<WebhookOutcome.Forged>(Receive(channel, url + "0", body, Sign(url, body)));
        Assert.IsType<WebhookOutcome.Forged>(Receive(channel, url, body.Replace("delivered", "failed", StringComparison.Ordinal), Sign(url, body)));
        Assert.IsType<WebhookOutcome.Forged>(Receive(channel, url, body, null));
    }

    [Fact]
    public async Task A_reply_of_STOP_opts_out()
    {
        await using var channel = Open();
        const string body = "MessageSid=SM1&From=%2B14155550100&To=%2B15005550006&Body=stop&OptOutType=STOP";
        const string url = "https://host.example/callbacks/twilio";

        var verified = Assert.IsType<WebhookOutcome.Verified>(Receive(channel, url, body, Sign(url, body)));

        Assert.Equal(("+14155550100", ReplyKind.OptOut), (verified.Replies[0].From, verified.Replies[0].Kind));
        Assert.Equal("<Response/>", verified.Answer.Body);
    }

    [Fact]
    public void Loans_to_mainland_China_are_refused_by_policy()
    {
        var policy = ProviderPolicy.Shipped;
        var today = new DateOnly(2026, 11, 21);

        Assert.Equal("twilio-cn-finance", policy.Check("twilio", Purpose.Servicing, "loan", "+8613800138000", today)?.Code);
        Assert.Null(policy.Check("twilio", Purpose.Marketing, "loan", "+14155550100", today));
        Assert.Null(policy.Check("http-gateway", Purpose.Marketing, "loan", "+8613800138000", today));
        Assert.Equal("oa-template-marketing", policy.Check("wechat-template", Purpose.Marketing, null, "openid", today)?.Code);
        Assert.Equal("tencent-finance", policy.Check("tencent-sms", Purpose.Servicing, "loan", null, today)?.Code);
        Assert.Null(policy.Check("tencent-sms", Purpose.Servicing, "loan", null, new DateOnly(2025, 5, 31)));
    }

    [Fact]
    public void Settings_never_show_their_secrets()
    {
        var refused = Assert.Throws<ChannelSettingsException>(() => Open(change: settings => settings["authToken"] = new JsonArray("very-secret")));

        Assert.DoesNotContain("very-secret", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", new TwilioSettings { AuthToken = "very-secret" }.ToString(), StringComparison.Ordinal);
    }

    private static string Sign(string url, string body) =>
        TwilioSignature.Compute("simulated-auth-token", url, Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(body).Select(f => KeyValuePair.Create(f.Key, f.Value.ToString())));

    private static WebhookOutcome Receive(IChannel channel, string url, string body, string? signature) => ((IWebhook)channel).Receive(new WebhookRequest
    {
        Url = new Uri(url),
        Body = Encoding.UTF8.GetBytes(body),
        Headers = signature is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["x-twilio-signature"] = signature },
    });
}
