using System.Text;

namespace Orchestrator.Channels.Tests.Email;

public sealed class BounceTests
{
    private const string Dsn = """
        From: MAILER-DAEMON@mx.example.net
        To: <bounce+7.8.1-2@mail.example.com>
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="B1"

        --B1
        Content-Type: text/plain

        I'm sorry.
        --B1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.net
        {ENVELOPE}
        Final-Recipient: rfc822; zhang@example.com
        Action: {ACTION}
        Status: {STATUS}
        Diagnostic-Code: smtp; {DIAGNOSTIC}

        --B1
        Content-Type: text/rfc822-headers

        Message-ID: <5.6.7-1@mail.example.com>
        Subject: x

        --B1--
        """;

    [Theory]
    [InlineData("failed", "5.1.1", "550 5.1.1 no such user", ReceiptStatus.Failed, AddressEffect.Suppress)]
    [InlineData("failed", "5.0.0", "550 5.1.1 unknown", ReceiptStatus.Failed, AddressEffect.Suppress)]
    [InlineData("failed", "5.2.2", "552 5.2.2 full", ReceiptStatus.Failed, AddressEffect.None)]
    [InlineData("failed", "5.7.1", "554 5.7.1 policy", ReceiptStatus.Failed, AddressEffect.None)]
    [InlineData("failed", "4.4.7", "delivery time expired", ReceiptStatus.Expired, AddressEffect.None)]
    [InlineData("delayed", "4.4.1", "no answer", ReceiptStatus.Accepted, AddressEffect.None)]
    [InlineData("delivered", "2.0.0", "ok", ReceiptStatus.Delivered, AddressEffect.None)]
    public async Task A_bounce_is_read_by_its_status_code(string action, string status, string diagnostic, ReceiptStatus expected, AddressEffect effect)
    {
        var receipt = Assert.Single((await ReceiveAsync(Fill(action, status, diagnostic))).Receipts);

        Assert.Equal((expected, effect, "zhang@example.com"), (receipt.Status, receipt.Effect, receipt.Address));
        Assert.Equal(("7.8.1", 2), (receipt.MessageId, receipt.Attempt));
    }

    [Fact]
    public async Task The_envelope_id_and_else_the_returned_Message_ID_name_our_message()
    {
        var envelope = await ReceiveAsync(Fill("failed", "5.1.1", "x", "Original-Envelope-Id: 9.9.9-3"));
        var returned = await ReceiveAsync(Fill("failed", "5.1.1", "x").Replace("bounce+7.8.1-2@", "bounce@", StringComparison.Ordinal));

        Assert.Equal(("9.9.9", 3), (envelope.Receipts[0].MessageId, envelope.Receipts[0].Attempt));
        Assert.Equal(("5.6.7", 1), (returned.Receipts[0].MessageId, returned.Receipts[0].Attempt));
    }

    [Fact]
    public async Task A_complaint_suppresses()
    {
        var receipt = Assert.Single((await ReceiveAsync("""
            From: fbl@example.net
            To: abuse@mail.example.com
            Content-Type: multipart/report; report-type=feedback-report; boundary=X

            --X
            Content-Type: message/feedback-report

            Feedback-Type: abuse
            Version: 1
            Original-Rcpt-To: <zhang@example.com>

            --X
            Content-Type: message/rfc822

            Message-ID: <5.6.7-1@mail.example.com>

            body
            --X--
            """)).Receipts);

        Assert.Equal((AddressEffect.Complaint, "5.6.7", "zhang@example.com"), (receipt.Effect, receipt.MessageId, receipt.Address));
    }

    [Theory]
    [InlineData("退订", "", ReplyKind.OptOut)]
    [InlineData("Re: hello", "STOP\n\nsent from my phone", ReplyKind.OptOut)]
    [InlineData("Re: hello", "Thanks", ReplyKind.Text)]
    public async Task An_answer_is_a_reply(string subject, string text, ReplyKind kind)
    {
        var reply = Assert.Single((await ReceiveAsync($"From: 张伟 <zhang@example.com>\nSubject: {subject}\n\n{text}")).Replies);

        Assert.Equal(("zhang@example.com", kind), (reply.From, reply.Kind));
    }

    [Fact]
    public async Task An_automatic_answer_is_nothing()
    {
        var outcome = await ReceiveAsync("From: zhang@example.com\nAuto-Submitted: auto-replied\nSubject: STOP\n\nI am away");

        Assert.Empty(outcome.Replies);
    }

    private static string Fill(string action, string status, string diagnostic, string envelope = "Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0800") =>
        Dsn.Replace("{ACTION}", action, StringComparison.Ordinal).Replace("{STATUS}", status, StringComparison.Ordinal)
            .Replace("{DIAGNOSTIC}", diagnostic, StringComparison.Ordinal).Replace("{ENVELOPE}", envelope + "\n", StringComparison.Ordinal);

    private static async Task<WebhookOutcome.Verified> ReceiveAsync(string mail)
    {
        await using var channel = SmtpChannelTests.Open(2525, settings => settings["callbackSecret"] = "a-secret-of-the-account");
        return Assert.IsType<WebhookOutcome.Verified>(((IWebhook)channel).Receive(new WebhookRequest
        {
            Url = new Uri("https://host.example/c"), Body = Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")), PathSecret = "a-secret-of-the-account",
        }));
    }
}
