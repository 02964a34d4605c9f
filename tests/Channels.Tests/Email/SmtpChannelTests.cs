using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Channels.Tests.Email;

public sealed class SmtpChannelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("starttls", "PLAIN", "startTls")]
    [InlineData("starttls", "LOGIN", "startTls")]
    [InlineData("tls", "LOGIN", "tls")]
    [InlineData("tls", "both", "tls")]
    public async Task A_mail_arrives_over_TLS_with_sign_in_and_reads_as_it_was_written(string mode, string mechanism, string security)
    {
        await using var server = await AiosmtpdServer.StartAsync(mode, mechanism, Cancellation);
        await using var channel = Open(server.Port, settings =>
        {
            settings["security"] = security;
            settings["user"] = "sender";
            settings["password"] = "geheim密";
            settings["caFile"] = server.CertificateFile;
            settings["returnPath"] = "bounce+{echo}@mail.example.com";
        });
        var message = Mail("zhang.wei@example.com");

        var verdict = Assert.Single(await channel.SendAsync([message], Cancellation));
        Assert.True(verdict is Delivery.Accepted, verdict.ToString());

        var mail = await server.NextMailAsync(Cancellation);
        Assert.Equal("Q1", ((Delivery.Accepted)verdict).ProviderRef);
        Assert.True(mail.GetProperty("tls").GetBoolean());
        Assert.Equal($"bounce+{message.Echo}@mail.example.com", mail.GetProperty("sender").GetString());
        Assert.Equal("zhang.wei@example.com", mail.GetProperty("recipients")[0].GetString());
        AssertReadsAsWritten(message, mail);
    }

    private static void AssertReadsAsWritten(OutboundMessage message, JsonElement mail)
    {
        var headers = mail.GetProperty("headers");
        Assert.Equal(message.Content.Subject, headers.GetProperty("Subject").GetString());
        Assert.Equal("禾光消费金融 <news@mail.example.com>", headers.GetProperty("From").GetString());
        Assert.Equal($"<{message.Echo}@mail.example.com>", headers.GetProperty("Message-ID").GetString());
        Assert.Equal("<https://host.example/u/abc?x=1>", headers.GetProperty("List-Unsubscribe").GetString());
        Assert.Equal("List-Unsubscribe=One-Click", headers.GetProperty("List-Unsubscribe-Post").GetString());
        var parts = mail.GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal(["text/plain", "text/html"], parts.Select(p => p.GetProperty("type").GetString()));
        Assert.Equal(message.Content.Text, parts[0].GetProperty("text").GetString()!.ReplaceLineEndings("\n").TrimEnd('\n'));
        Assert.Equal(message.Content.Html, parts[1].GetProperty("text").GetString()!.TrimEnd());
        Assert.Empty(mail.GetProperty("defects").EnumerateArray());
        Assert.True(mail.GetProperty("longest").GetInt32() <= 78);
    }

    [Fact]
    public async Task A_wrong_password_is_a_matter_of_configuration()
    {
        await using var server = await AiosmtpdServer.StartAsync("starttls", "PLAIN", Cancellation);
        await using var channel = Open(server.Port, settings =>
        {
            settings["security"] = "startTls";
            settings["user"] = "sender";
            settings["password"] = "wrong";
            settings["caFile"] = server.CertificateFile;
        });

        var refused = Assert.IsType<Delivery.Configuration>(Assert.Single(await channel.SendAsync([Mail("a@example.com")], Cancellation)));

        Assert.Equal("smtp-535", refused.Code);
    }

    [Fact]
    public async Task An_untrusted_certificate_stops_everything_and_a_pinned_key_is_enough()
    {
        await using var server = await AiosmtpdServer.StartAsync("tls", "none", Cancellation);
        await using var untrusting = Open(server.Port, settings => settings["security"] = "tls");
        var pin = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(server.Certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        await using var pinned = Open(server.Port, settings =>
        {
            settings["security"] = "tls";
            settings["pinSha256"] = pin;
        });

        Assert.Equal("tls", Assert.IsType<Delivery.Configuration>(Assert.Single(await untrusting.SendAsync([Mail("a@example.com")], Cancellation))).Code);
        Assert.IsType<Delivery.Accepted>(Assert.Single(await pinned.SendAsync([Mail("a@example.com")], Cancellation)));
    }

    [Fact]
    public async Task Each_recipient_gets_its_own_verdict_and_the_connection_survives_refusals()
    {
        await using var server = await AiosmtpdServer.StartAsync("plain", "none", Cancellation);
        await using var channel = Open(server.Port);

        var verdicts = await channel.SendAsync(
            [Mail("dead@example.com"), Mail("good@example.com"), Mail("full@example.com"), Mail("policy@example.com"), Mail("plainold@example.com"), Mail("no mailbox"), Mail("good2@example.com")], Cancellation);

        Assert.Collection(verdicts,
            v => Assert.True(Assert.IsType<Delivery.PermanentRecipient>(v).Suppress),
            v => Assert.IsType<Delivery.Accepted>(v),
            v => Assert.IsType<Delivery.RetrySafe>(v),
            v => Assert.IsType<Delivery.Configuration>(v),
            v => Assert.True(Assert.IsType<Delivery.PermanentRecipient>(v).Suppress),
            v => Assert.IsType<Delivery.PermanentRecipient>(v),
            v => Assert.IsType<Delivery.Accepted>(v));
    }

    [Fact]
    public async Task A_Unicode_mailbox_needs_SMTPUTF8_and_a_Unicode_domain_does_not()
    {
        await using var capable = await AiosmtpdServer.StartAsync("plain", "none", Cancellation);
        await using var plain = new ScriptedSmtpServer((line, _) => ScriptedSmtpServer.Default(line));
        await using var to = Open(capable.Port);
        await using var without = Open(plain.Port);

        Assert.IsType<Delivery.Accepted>(Assert.Single(await to.SendAsync([Mail("张伟@例子.example")], Cancellation)));
        Assert.Equal("张伟@xn--fsqu00a.example", (await capable.NextMailAsync(Cancellation)).GetProperty("recipients")[0].GetString());
        Assert.IsType<Delivery.PermanentRecipient>(Assert.Single(await without.SendAsync([Mail("张伟@example.com")], Cancellation)));
        Assert.IsType<Delivery.Accepted>(Assert.Single(await without.SendAsync([Mail("zhang@例子.example")], Cancellation)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Silence_or_hang_up_after_the_final_dot_is_ambiguous(string? afterDot)
    {
        await using var server = new ScriptedSmtpServer((line, _) => line == "DOT" ? afterDot : ScriptedSmtpServer.Default(line));
        await using var channel = Open(server.Port);

        Assert.IsType<Delivery.Ambiguous>(Assert.Single(await channel.SendAsync([Mail("a@example.com")], Cancellation)));
        Assert.Equal(1, server.Mails);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    public async Task A_connection_that_ends_before_the_mail_is_handed_over_is_retry_safe(string at)
    {
        await using var server = new ScriptedSmtpServer((line, _) => line.StartsWith(at, StringComparison.Ordinal) ? null : ScriptedSmtpServer.Default(line));
        await using var channel = Open(server.Port);

        Assert.IsType<Delivery.RetrySafe>(Assert.Single(await channel.SendAsync([Mail("a@example.com")], Cancellation)));
        Assert.Equal(0, server.Mails);
    }

    public static TheoryData<string> Gibberish => ["hello?", "25", "999 9.9.9 fine", new string('x', 100_000), "250 " + new string('x', 100_000), string.Join("\r\n", Enumerable.Repeat("250-more", 5_000))];

    [Theory, MemberData(nameof(Gibberish))]
    public async Task An_answer_that_is_no_SMTP_or_does_not_end_is_ambiguous_after_the_final_dot_only(string answer)
    {
        await using var before = new ScriptedSmtpServer((line, _) => line.StartsWith("EHLO", StringComparison.Ordinal) ? answer + "\r\nquit" : ScriptedSmtpServer.Default(line));
        await using var after = new ScriptedSmtpServer((line, _) => line == "DOT" ? answer + "\r\nquit" : ScriptedSmtpServer.Default(line));
        await using var first = Open(before.Port);
        await using var second = Open(after.Port);

        Assert.IsNotType<Delivery.Accepted>(Assert.Single(await first.SendAsync([Mail("a@example.com")], Cancellation)));
        Assert.Equal(0, before.Mails);
        Assert.IsType<Delivery.Ambiguous>(Assert.Single(await second.SendAsync([Mail("a@example.com")], Cancellation)));
        Assert.Equal(1, after.Mails);
    }

    [Fact]
    public async Task An_idle_connection_the_server_has_closed_is_replaced_without_losing_the_mail()
    {
        await using var server = new ScriptedSmtpServer((line, connection) =>
            connection == 1 && line.StartsWith("MAIL FROM", StringComparison.Ordinal) && line.Contains("second", StringComparison.Ordinal) ? null : ScriptedSmtpServer.Default(line));
        await using var channel = Open(server.Port, settings => settings["returnPath"] = "{echo}@mail.example.com");

        Assert.IsType<Delivery.Accepted>(Assert.Single(await channel.SendAsync([Mail("a@example.com")], Cancellation)));
        Assert.IsType<Delivery.Accepted>(Assert.Single(await channel.SendAsync([Mail("a@example.com") with { MessageId = "second" }], Cancellation)));
        Assert.Equal((2, 2), (server.Connections, server.Mails));
    }

    [Fact]
    public async Task A_server_that_takes_DATA_without_a_recipient_gets_no_mail_and_keeps_the_connection()
    {
        await using var server = new ScriptedSmtpServer((line, _) => line.StartsWith("RCPT TO:<dead", StringComparison.Ordinal) ? "550 5.1.1 no" : ScriptedSmtpServer.Default(line));
        await using var channel = Open(server.Port, settings => settings["connections"] = 1);

        var verdicts = await channel.SendAsync([Mail("dead@example.com"), Mail("good@example.com")], Cancellation);

        Assert.IsType<Delivery.PermanentRecipient>(verdicts[0]);
        Assert.IsType<Delivery.Accepted>(verdicts[1]);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Commands_smuggled_in_before_TLS_are_refused()
    {
        await using var server = new ScriptedSmtpServer((line, _) =>
            line == "STARTTLS" ? "220 go\r\n250 smuggled" : line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-x\r\n250 STARTTLS" : ScriptedSmtpServer.Default(line));
        await using var channel = Open(server.Port, settings => settings["security"] = "startTls");

        Assert.IsType<Delivery.RetrySafe>(Assert.Single(await channel.SendAsync([Mail("a@example.com")], Cancellation)));
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_neither_password_nor_mail()
    {
        var lines = new List<string>();
        await using var server = new ScriptedSmtpServer((line, _) =>
        {
            lock (lines) lines.Add(line);
            return ScriptedSmtpServer.Default(line);
        });
        await using var channel = Open(server.Port, settings =>
        {
            settings["security"] = "startTls";
            settings["user"] = "sender";
            settings["password"] = "x";
        });

        Assert.IsType<Delivery.Configuration>(Assert.Single(await channel.SendAsync([Mail("a@example.com")], Cancellation)));
        Assert.DoesNotContain(lines, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("host", "")]
    [InlineData("host", "mail.example.com")]
    [InlineData("from", "news@mail.example.com\r\nBCC: x@example.com")]
    [InlineData("dkimPrivateKey", "not a key")]
    public void A_wrong_setting_is_named(string field, string value)
    {
        var refused = Assert.Throws<ChannelSettingsException>(() => Open(25, settings => settings[field] = value));

        Assert.Contains(refused.Errors, error => error.Field == field || error.Field == "dkimSelector");
    }

    internal static IChannel Open(int port, Action<JsonObject>? change = null)
    {
        var settings = new JsonObject
        {
            ["host"] = "127.0.0.1",
            ["port"] = port,
            ["security"] = "none",
            ["from"] = "news@mail.example.com",
            ["fromName"] = "禾光消费金融",
            ["connections"] = 2,
            ["timeoutSeconds"] = 2,
        };
        change?.Invoke(settings);
        return ChannelProviders.Find("smtp")!.Open(JsonSerializer.SerializeToElement(settings), new ChannelServices { Clock = TimeProvider.System });
    }

    internal static OutboundMessage Mail(string address) => Any.Message(address) with
    {
        Content = new MessageContent
        {
            Subject = "会员日优惠券今起可领｜12月24日前借款可用，领完即止。请理性借贷。Member Day 😀 coupons open today",
            Text = "您好：\n.\n..会员日首期利息8折券今起可领。\nFrom here on, borrow responsibly.",
            Html = "<p>您好，<b>会员日</b></p>",
            UnsubscribeUrl = new Uri("https://host.example/u/abc?x=1"),
        },
    };
}
