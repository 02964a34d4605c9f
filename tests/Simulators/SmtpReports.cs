namespace Orchestrator.Simulators;

/// <summary>What comes back for mails: bounces (RFC 3464), complaints (RFC 5965), answers.</summary>
internal static class SmtpReports
{
    public static string Bounce(SimulatedMessage message, string domain) => $"""
        From: MAILER-DAEMON@mx.example.net
        To: <bounce+{message.Id}@{domain}>
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="simulated"

        --simulated
        Content-Type: text/plain

        The mail could not be delivered.
        --simulated
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.net

        Final-Recipient: rfc822; {message.To}
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 No such user here

        --simulated
        Content-Type: text/rfc822-headers

        Message-ID: <{message.Id}@{domain}>

        --simulated--

        """;

    public static string Complaint(SimulatedMessage message, string domain) => $"""
        From: feedback@mx.example.net
        To: <bounce+{message.Id}@{domain}>
        Subject: Complaint
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="simulated"

        --simulated
        Content-Type: text/plain

        A recipient marked this mail as unwanted.
        --simulated
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: simulator/1
        Version: 1
        Original-Rcpt-To: <{message.To}>

        --simulated
        Content-Type: message/rfc822

        Message-ID: <{message.Id}@{domain}>
        Subject: x

        x
        --simulated--

        """;

    public static string Reply(string from, string to, string text) => $"""
        From: <{from}>
        To: <{to}>
        Subject: Re: mail
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        {text}

        """;
}
