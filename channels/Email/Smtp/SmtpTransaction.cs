using System.Globalization;
using System.Text;

namespace Orchestrator.Channels.Email.Smtp;

/// <summary>One mail to one recipient, ready for the wire.</summary>
internal sealed record SmtpMail(Mailbox Sender, Mailbox Recipient, string EnvelopeId, string Data);

/// <summary>Carries one mail over a connection.</summary>
/// <remarks>Until the final dot is written nothing can have been delivered; from there until its reply everything may have been.</remarks>
internal static class SmtpTransaction
{
    internal sealed class Progress
    {
        /// <summary>Set before the final dot can leave.</summary>
        public bool DotWritten { get; set; }
    }

    public static async Task<Delivery> RunAsync(SmtpConnection connection, SmtpMail mail, Progress progress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if ((mail.Recipient.NeedsUtf8 || mail.Sender.NeedsUtf8) && !connection.Has("SMTPUTF8"))
            return new Delivery.PermanentRecipient("smtputf8", "The server cannot carry addresses outside ASCII.", Suppress: false);
        return connection.Has("PIPELINING")
            ? await PipelinedAsync(connection, mail, progress, now, cancellationToken)
            : await StepwiseAsync(connection, mail, progress, now, cancellationToken);
    }

    private static async Task<Delivery> PipelinedAsync(SmtpConnection connection, SmtpMail mail, Progress progress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await connection.WriteAsync($"{MailFrom(connection, mail)}\r\n{RcptTo(connection, mail)}\r\nDATA\r\n", cancellationToken);
        var from = await connection.ReadAsync(cancellationToken);
        var to = await connection.ReadAsync(cancellationToken);
        var data = await connection.ReadAsync(cancellationToken);
        var refused = !from.IsPositive ? SmtpVerdicts.Refused(from, SmtpStep.Mail, now)
            : !to.IsPositive ? SmtpVerdicts.Refused(to, SmtpStep.Recipient, now)
            : data.Code != 354 ? SmtpVerdicts.Refused(data, SmtpStep.Data, now) : null;
        if (refused is null) return await SendDataAsync(connection, mail, progress, now, cancellationToken);
        // A server that said 354 without a recipient waits for data it will throw away.
        if (data.Code == 354)
        {
            await connection.WriteAsync(".\r\n", cancellationToken);
            await connection.ReadAsync(cancellationToken);
        }

        await ResetAsync(connection, cancellationToken);
        return refused;
    }

    private static async Task<Delivery> StepwiseAsync(SmtpConnection connection, SmtpMail mail, Progress progress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (string Line, SmtpStep Step, bool Ready)[] steps =
            [(MailFrom(connection, mail), SmtpStep.Mail, false), (RcptTo(connection, mail), SmtpStep.Recipient, false), ("DATA", SmtpStep.Data, true)];
        foreach (var (line, step, ready) in steps)
        {
            await connection.WriteAsync(line + "\r\n", cancellationToken);
            var reply = await connection.ReadAsync(cancellationToken);
            if (ready ? reply.Code == 354 : reply.IsPositive) continue;
            await ResetAsync(connection, cancellationToken);
            return SmtpVerdicts.Refused(reply, step, now);
        }

        return await SendDataAsync(connection, mail, progress, now, cancellationToken);
    }

    private static async Task<Delivery> SendDataAsync(SmtpConnection connection, SmtpMail mail, Progress progress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        progress.DotWritten = true;
        await connection.WriteAsync(StuffDots(mail.Data) + ".\r\n", cancellationToken);
        var reply = await connection.ReadAsync(cancellationToken);
        return reply.IsPositive
            ? new Delivery.Accepted(QueueId(reply.Text)) { ProviderCode = reply.Code.ToString(CultureInfo.InvariantCulture), ProviderText = reply.Text }
            : SmtpVerdicts.Refused(reply, SmtpStep.Data, now);
    }

    private static async Task ResetAsync(SmtpConnection connection, CancellationToken cancellationToken)
    {
        await connection.WriteAsync("RSET\r\n", cancellationToken);
        await connection.ReadAsync(cancellationToken);
    }

    private static string MailFrom(SmtpConnection connection, SmtpMail mail)
    {
        var line = new StringBuilder($"MAIL FROM:<{mail.Sender.Address}>");
        if (connection.Has("SIZE")) line.Append(CultureInfo.InvariantCulture, $" SIZE={Encoding.UTF8.GetByteCount(mail.Data)}");
        if (mail.Recipient.NeedsUtf8 || mail.Sender.NeedsUtf8) line.Append(connection.Has("8BITMIME") ? " BODY=8BITMIME SMTPUTF8" : " SMTPUTF8");
        if (connection.Has("DSN")) line.Append(CultureInfo.InvariantCulture, $" RET=HDRS ENVID={mail.EnvelopeId}");
        return line.ToString();
    }

    private static string RcptTo(SmtpConnection connection, SmtpMail mail) =>
        $"RCPT TO:<{mail.Recipient.Address}>{(connection.Has("DSN") ? " NOTIFY=FAILURE,DELAY" : "")}";

    private static string StuffDots(string data)
    {
        var stuffed = data.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        return stuffed.StartsWith('.') ? "." + stuffed : stuffed;
    }

    /// <summary>Most servers name their queue id: "2.0.0 Ok: queued as 4Xk…".</summary>
    private static string? QueueId(string text)
    {
        var at = text.IndexOf("queued as ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : text[(at + 10)..].Split(' ', '\n', ';', ',')[0];
    }
}
