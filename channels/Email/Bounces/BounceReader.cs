using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Channels.Email.Smtp;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Email.Bounces;

/// <summary>Reads bounces (DSN, RFC 3464), complaints (ARF, RFC 5965) and answers that came to the bounce or reply address.</summary>
internal static partial class BounceReader
{
    public static WebhookOutcome Read(string mail, WebhookAnswer answer)
    {
        var message = MimeReader.Read(mail);
        if (message.Headers.Count == 0) return new WebhookOutcome.Malformed("Not a mail.");
        var parts = MimeReader.Parts(message);
        var (id, attempt) = OurId(message, parts);
        if (parts.FirstOrDefault(p => p.Type == "message/delivery-status") is { } status)
            return new WebhookOutcome.Verified([.. Deliveries(status.Text, id, attempt)], [], answer);
        if (parts.FirstOrDefault(p => p.Type == "message/feedback-report") is { } complaint)
            return new WebhookOutcome.Verified(Complaint(MimeReader.Fields(complaint.Text), id, attempt), [], answer);
        return new WebhookOutcome.Verified([], Answer(message, parts), answer);
    }

    private static IEnumerable<Receipt> Deliveries(string text, string? id, int? attempt)
    {
        var blocks = text.Trim('\n').Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(MimeReader.Fields).ToList();
        if (blocks.Count > 0 && EchoId.TryParse(blocks[0].GetValueOrDefault("original-envelope-id"), out var envelope, out var number)) (id, attempt) = (envelope, number);
        foreach (var block in blocks.Where(b => b.ContainsKey("action")))
        {
            var diagnostic = AfterType(block.GetValueOrDefault("diagnostic-code"));
            var code = Code(block.GetValueOrDefault("status"), diagnostic);
            var status = Status(block["action"].ToLowerInvariant(), code);
            yield return new Receipt
            {
                MessageId = id,
                Attempt = attempt,
                Address = AfterType(block.GetValueOrDefault("original-recipient") ?? block.GetValueOrDefault("final-recipient")),
                Status = status,
                Effect = status == ReceiptStatus.Failed && SmtpVerdicts.MeansDeadAddress(code) ? AddressEffect.Suppress : AddressEffect.None,
                Code = code,
                Text = Evidence.Cut(diagnostic),
                At = Time(block.GetValueOrDefault("last-attempt-date")),
            };
        }
    }

    /// <summary>4.4.7 and its like: the relay tried until its patience ended.</summary>
    private static ReceiptStatus Status(string action, string code) => action switch
    {
        "failed" => code is "4.4.7" or "5.4.7" ? ReceiptStatus.Expired : ReceiptStatus.Failed,
        "delivered" => ReceiptStatus.Delivered,
        _ => ReceiptStatus.Accepted,   // delayed, relayed, expanded
    };

    private static List<Receipt> Complaint(IReadOnlyDictionary<string, string> report, string? id, int? attempt)
    {
        if (report.GetValueOrDefault("feedback-type") is "not-spam" or null) return [];
        return
        [
            new Receipt
            {
                MessageId = id,
                Attempt = attempt,
                Address = report.GetValueOrDefault("original-rcpt-to")?.Trim('<', '>'),
                Status = ReceiptStatus.Delivered,   // nobody complains of what did not arrive
                Effect = AddressEffect.Complaint,
                Code = report["feedback-type"],
                At = Time(report.GetValueOrDefault("arrival-date")),
            },
        ];
    }

    private static List<Reply> Answer(MimePart message, IReadOnlyList<MimePart> parts)
    {
        if (message.Header("auto-submitted") is { } automatic && automatic != "no") return [];
        var from = AddressPart().Match(message.Header("from") ?? "") is { Success: true } match ? match.Value : null;
        if (from is null) return [];
        var text = (parts.FirstOrDefault(p => p.Type == "text/plain") ?? parts[0]).Text.Trim();
        var subject = message.Header("subject") ?? "";
        var kind = ReplyWords.Classify(text.Split('\n')[0]) is var said and not ReplyKind.Text ? said : ReplyWords.Classify(subject);
        return [new Reply(from, Evidence.Cut(text) ?? subject, Time(message.Header("date")), kind, message.Header("message-id"))];
    }

    /// <summary>From the bounce address (VERP), or from the Message-ID of the mail that the report returns.</summary>
    private static (string? Id, int? Attempt) OurId(MimePart message, IReadOnlyList<MimePart> parts)
    {
        foreach (var text in new[] { message.Header("to"), message.Header("x-original-to"), message.Header("delivered-to") }.Concat(Returned(parts)).OfType<string>())
            foreach (Match match in EchoPart().Matches(text))
                if (EchoId.TryParse(match.Groups[1].Value, out var id, out var attempt)) return (id, attempt);
        return (null, null);
    }

    private static IEnumerable<string?> Returned(IReadOnlyList<MimePart> parts) =>
        parts.Where(p => p.Type is "message/rfc822" or "text/rfc822-headers" or "message/rfc822-headers").Select(p => MimeReader.Read(p.Text + "\n\n").Header("message-id"));

    /// <summary>5.0.0 says nothing: servers that put it there often give the true code in the text.</summary>
    private static string Code(string? status, string? diagnostic)
    {
        var said = EnhancedCode().Match(status ?? "") is { Success: true } given ? given.Value : "5.0.0";
        return said.EndsWith(".0.0", StringComparison.Ordinal) && EnhancedCode().Match(diagnostic ?? "") is { Success: true } better ? better.Value : said;
    }

    private static string? AfterType(string? value) => value?[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim();

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUniversalTime() : null;

    [GeneratedRegex(@"(?:[+<]|^)([A-Za-z0-9._-]{1,60}-\d{1,6})@")]
    private static partial Regex EchoPart();

    [GeneratedRegex(@"\b[245]\.\d{1,3}\.\d{1,3}\b")]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(@"[^\s<>,;""@]{1,64}@[^\s<>,;""@]{1,255}")]
    private static partial Regex AddressPart();
}
