using System.Globalization;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Twilio;

/// <summary>What Twilio's error codes mean, for sends and for status callbacks.</summary>
internal static class TwilioVerdicts
{
    public static Delivery Read(HttpAnswer answer, DateTimeOffset now)
    {
        if (answer is not HttpAnswer.Replied reply) return answer.AsDelivery(now);
        if (reply.Json() is not { } body) return reply.IsSuccess ? new Delivery.Ambiguous("Twilio's reply could not be read.") : answer.AsDelivery(now);
        if (reply.IsSuccess)
        {
            return body.Text("sid") is { } sid ? new Delivery.Accepted(sid) { ProviderCode = body.Text("status") }
                : new Delivery.Ambiguous("Twilio's reply names no message.");
        }

        if (body.Number("code") is not { } code || (int)reply.Status >= 500) return answer.AsDelivery(now);
        return ByCode(code, body.Text("message") ?? "", reply, now) with
        {
            ProviderCode = code.ToString(CultureInfo.InvariantCulture),
            ProviderText = Evidence.Cut(body.Text("message")),
        };
    }

    private static Delivery ByCode(long code, string text, HttpAnswer.Replied reply, DateTimeOffset now) => code switch
    {
        20429 or 21611 or 30001 or 30022 => new Delivery.Throttled(reply.RetryAfter(now, TimeSpan.FromSeconds(5))),
        21610 => new Delivery.OptOut(text),
        21211 or 21614 or 21217 => new Delivery.PermanentRecipient(Code(code), text, Suppress: true),
        21612 or 30005 or 30006 => new Delivery.PermanentRecipient(Code(code), text, Suppress: false),
        _ when reply.Status == System.Net.HttpStatusCode.TooManyRequests => new Delivery.Throttled(reply.RetryAfter(now, TimeSpan.FromSeconds(5))),
        _ => new Delivery.Configuration(Code(code), text),
    };

    public static ReceiptStatus Status(string status, string? code) => status switch
    {
        "delivered" or "read" => ReceiptStatus.Delivered,
        "undelivered" or "failed" or "canceled" => code == "30036" ? ReceiptStatus.Expired : ReceiptStatus.Failed,
        _ => ReceiptStatus.Accepted,
    };

    public static AddressEffect Effect(string? code) => code switch
    {
        "21610" => AddressEffect.OptOut,
        "21211" or "21614" or "30005" or "30006" => AddressEffect.Suppress,
        _ => AddressEffect.None,
    };

    private static string Code(long code) => code.ToString(CultureInfo.InvariantCulture);
}
