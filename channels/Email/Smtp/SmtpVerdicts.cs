using System.Globalization;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Email.Smtp;

/// <summary>Where in the conversation a mail was refused.</summary>
internal enum SmtpStep { Connect, Mail, Recipient, Data }

/// <summary>Reads refusals by enhanced status code (RFC 3463) first, by the basic code and wording only without one.</summary>
internal static class SmtpVerdicts
{
    private static readonly string[] Policy = ["spam", "policy", "blocked", "block list", "blocklist", "blacklist", "reputation", "relay", "denied", "dmarc", "spf", "dkim", "authentication"];
    private static readonly string[] Unknown = ["user unknown", "unknown user", "no such user", "does not exist", "no mailbox", "mailbox not found", "recipient not found", "invalid recipient", "unknown recipient", "user not found"];

    public static Delivery Refused(SmtpReply reply, SmtpStep step, DateTimeOffset now)
    {
        var text = Evidence.Cut(reply.Text)!;
        var verdict = reply.Code < 500 ? Temporary(reply, text, now) : Permanent(reply, step, text);
        return verdict with { ProviderCode = reply.Enhanced ?? reply.Code.ToString(CultureInfo.InvariantCulture), ProviderText = $"{reply.Code} {text}" };
    }

    /// <summary>Whether a status code means that the address itself is dead (used for bounces too).</summary>
    public static bool MeansDeadAddress(string enhanced) => Detail(enhanced) is "1.1" or "1.2" or "1.3" or "1.6" or "1.10" or "2.1" or "4.4";

    /// <summary>Mailbox full: soft, whatever the first digit says.</summary>
    public static bool MeansFull(string enhanced) => Detail(enhanced) is "2.2";

    private static Delivery Temporary(SmtpReply reply, string text, DateTimeOffset now) =>
        reply.Enhanced is { } code && Detail(code).StartsWith("7.", StringComparison.Ordinal) ? new Delivery.Throttled(now + TimeSpan.FromMinutes(5))   // greylisting, rate
        : reply.Code == 421 || reply.Code == 451 && text.Contains("rate", StringComparison.OrdinalIgnoreCase) ? new Delivery.Throttled(now + TimeSpan.FromMinutes(1))
        : new Delivery.RetrySafe(text);

    private static Delivery Permanent(SmtpReply reply, SmtpStep step, string text)
    {
        if (reply.Enhanced is { } code)
        {
            if (MeansDeadAddress(code)) return new Delivery.PermanentRecipient(code, text, Suppress: true);
            if (MeansFull(code)) return new Delivery.RetrySafe(text);
            var detail = Detail(code);
            if (detail is "1.7" or "1.8" || detail[0] is '3' or '5' or '6' or '7') return new Delivery.Configuration(code, text);
            return step == SmtpStep.Recipient ? new Delivery.PermanentRecipient(code, text, Suppress: false) : new Delivery.Configuration(code, text);
        }

        var basic = reply.Code.ToString(CultureInfo.InvariantCulture);
        if (reply.Code == 552) return new Delivery.RetrySafe(text);   // over quota
        if (step == SmtpStep.Recipient && Says(text, Unknown)) return new Delivery.PermanentRecipient(basic, text, Suppress: true);
        if (step == SmtpStep.Recipient && reply.Code is 550 or 551 or 553 && !Says(text, Policy)) return new Delivery.PermanentRecipient(basic, text, Suppress: false);
        return new Delivery.Configuration(basic, text);
    }

    private static string Detail(string enhanced) => enhanced.Length > 2 ? enhanced[2..] : "";

    private static bool Says(string text, string[] words) => words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
