using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Channels.Sms.Twilio;
using Orchestrator.Channels.WeChat;
using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests;

/// <summary>Callbacks come from outside: whatever they hold, reading them ends quickly and without an exception.</summary>
public sealed class WebhookFuzzTests
{
    private const int Inputs = 1000;

    [Theory]
    [InlineData("http-gateway", """{"reports":[{"id":"7.8.1-2","ref":"gw-1","to":"13800138000","status":"DELIVRD","time":"2026-11-21 10:00:00"}],"replies":[{"from":"8613800138000","text":"R","time":"1732200000"}]}""")]
    [InlineData("aliyun-sms", """[{"phone_number":"13800138000","report_time":"2026-11-21 10:00:05","success":true,"err_code":"DELIVERED","biz_id":"B1","out_id":"7.8.1-2"},{"phone_number":"1","content":"TD","sequence_id":5}]""")]
    [InlineData("tencent-sms", """[{"user_receive_time":"2026-11-21 10:00:00","nationcode":"86","mobile":"13800138000","report_status":"FAIL","errmsg":"TDBLACK","sid":"2645:1"},{"mobile":"1","text":"R","time":1732200000}]""")]
    [InlineData("twilio", "MessageSid=SM1&MessageStatus=delivered&To=%2B14155550100&ErrorCode=30005")]
    [InlineData("wechat-template", "<xml><FromUserName>o1</FromUserName><CreateTime>1714037059</CreateTime><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>2</MsgID><Status>success</Status></xml>")]
    [InlineData("smtp", "From: MAILER-DAEMON@x\nTo: <b+7.8.1-2@m>\nContent-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n\n--B--\n")]
    public async Task Mutated_callbacks_are_read_or_refused_but_never_throw(string provider, string sample)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var channel = Open(provider, simulator);
        var random = new Random(42);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Inputs; i++)
        {
            var body = Mutate(Encoding.UTF8.GetBytes(sample), random);
            Assert.NotNull(((IWebhook)channel).Receive(Request(provider, body)));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{Inputs} callbacks took {watch.Elapsed}.");
    }

    [Theory]
    [InlineData("From: ")]
    [InlineData("To: ")]
    [InlineData("From: x@y\nContent-Type: multipart/mixed; boundary=")]
    public async Task A_megabyte_of_one_letter_is_read_quickly(string start)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var channel = Open("smtp", simulator);
        var watch = Stopwatch.StartNew();

        ((IWebhook)channel).Receive(Request("smtp", Encoding.UTF8.GetBytes(start + new string('a', WebhookRequest.MaxBody - 100) + "\n\nbody")));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }

    private static IChannel Open(string provider, SimulatorHost simulator)
    {
        if (provider == "smtp") return Email.SmtpChannelTests.Open(25, settings => settings["callbackSecret"] = "simulated-callback-secret");
        var settings = JsonNode.Parse(simulator.SettingsFor(provider))!;
        return ChannelProviders.Find(provider)!.Open(JsonSerializer.SerializeToElement(settings), new ChannelServices { Clock = TimeProvider.System });
    }

    /// <summary>Signed as a genuine request, so that the reading is reached.</summary>
    private static WebhookRequest Request(string provider, byte[] body)
    {
        var signature = WeChatCallback.Sign("simulated-token", "1", "2");
        var url = $"https://host.example/c?echo=7.8.1-2&timestamp=1&nonce=2&signature={signature}";
        var form = provider == "twilio" ? Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)).Select(f => KeyValuePair.Create(f.Key, f.Value.ToString())) : [];
        return new WebhookRequest
        {
            Url = new Uri(url),
            Body = body,
            PathSecret = "simulated-callback-secret",
            RemoteAddress = IPAddress.Loopback,
            Headers = new Dictionary<string, string> { ["X-Twilio-Signature"] = TwilioSignature.Compute("simulated-auth-token", url, form) },
        };
    }

    private static byte[] Mutate(byte[] sample, Random random)
    {
        var bytes = sample.ToList();
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Count > 2; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at))); break;
                case 3: bytes.InsertRange(at, "99999999999999999999"u8.ToArray()); break;
                default: bytes.Insert(at, "{}[]\",:<>&=\n-"u8[random.Next(13)]); break;
            }
        }

        return [.. bytes];
    }
}
