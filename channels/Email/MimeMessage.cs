using System.Globalization;
using System.Text;

namespace Orchestrator.Channels.Email;

/// <summary>Who a mail is from.</summary>
internal sealed record MailSender(Mailbox From, string? Name, Mailbox? ReplyTo);

/// <summary>Builds the mail as bytes with CRLF: multipart/alternative with base64 parts, so every line is short ASCII and no dot needs stuffing.</summary>
internal static class MimeMessage
{
    /// <param name="message">Checked message; its echo becomes the Message-ID.</param>
    /// <param name="to">The recipient.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="date">Date header.</param>
    /// <returns>Headers and body, separated so that DKIM can sign them.</returns>
    public static (List<KeyValuePair<string, string>> Headers, string Body) Build(OutboundMessage message, Mailbox to, MailSender sender, DateTimeOffset date)
    {
        var headers = Headers(message, to, sender, date);
        var content = message.Content;
        if (content.Html is null)
        {
            headers.Add(new("Content-Type", "text/plain; charset=utf-8"));
            headers.Add(new("Content-Transfer-Encoding", "base64"));
            return (headers, Base64(content.Text));
        }

        // No base64 line contains "_=_", so the boundary cannot occur in a part.
        var boundary = $"_=_{message.Echo}_=_";
        headers.Add(new("Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\""));
        var body = new StringBuilder();
        Part(body, boundary, "text/plain", content.Text);
        Part(body, boundary, "text/html", content.Html);
        body.Append("--").Append(boundary).Append("--\r\n");
        return (headers, body.ToString());
    }

    public static string Join(IEnumerable<KeyValuePair<string, string>> headers, string body)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in headers) text.Append(name).Append(": ").Append(value).Append("\r\n");
        return text.Append("\r\n").Append(body).ToString();
    }

    private static List<KeyValuePair<string, string>> Headers(OutboundMessage message, Mailbox to, MailSender sender, DateTimeOffset date)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new("Date", date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + date.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal)),
            new("From", HeaderText.Address(message.SignatureName ?? sender.Name, sender.From, 6)),
            new("To", to.Address),
            new("Subject", HeaderText.Encode(message.Content.Subject ?? "", 9)),
            new("Message-ID", $"<{message.Echo}@{sender.From.Domain}>"),
        ];
        if (sender.ReplyTo is { } replyTo) headers.Add(new("Reply-To", replyTo.Address));
        if (message.Content.UnsubscribeUrl is { } url)
        {
            headers.Add(new("List-Unsubscribe", $"<{url.AbsoluteUri}>"));
            headers.Add(new("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }

        if (message.Purpose == Purpose.Marketing) headers.Add(new("Precedence", "bulk"));
        headers.Add(new("Auto-Submitted", "auto-generated"));
        if (message.Language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) headers.Add(new("Content-Language", message.Language));
        headers.Add(new("MIME-Version", "1.0"));
        return headers;
    }

    private static void Part(StringBuilder body, string boundary, string type, string text) =>
        body.Append("--").Append(boundary).Append("\r\nContent-Type: ").Append(type)
            .Append("; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n").Append(Base64(text)).Append("\r\n");

    private static string Base64(string text)
    {
        var crlf = text.ReplaceLineEndings("\r\n");
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(crlf), Base64FormattingOptions.InsertLineBreaks) + "\r\n";
    }
}
