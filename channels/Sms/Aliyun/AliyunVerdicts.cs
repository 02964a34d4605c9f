using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Aliyun;

/// <summary>Aliyun's codes, for sends and for reports.</summary>
internal static class AliyunVerdicts
{
    public static Delivery Read(HttpAnswer answer, DateTimeOffset now)
    {
        if (answer is not HttpAnswer.Replied reply) return answer.AsDelivery(now);
        if (reply.Json() is not { } body || body.Text("Code") is not { } code)
            return reply.IsSuccess ? new Delivery.Ambiguous("Aliyun's reply could not be read.") : answer.AsDelivery(now);
        var text = body.Text("Message") ?? "";
        return ByCode(code, text, body.Text("BizId"), reply, now) with { ProviderCode = code, ProviderText = Evidence.Cut(text) };
    }

    private static Delivery ByCode(string code, string text, string? reference, HttpAnswer.Replied reply, DateTimeOffset now) => code switch
    {
        "OK" => new Delivery.Accepted(reference),
        "isv.BUSINESS_LIMIT_CONTROL" => new Delivery.Throttled(now + TimeSpan.FromHours(1)),   // per number and minute, hour or day: the reply does not say which
        "isv.DAY_LIMIT_CONTROL" => new Delivery.Throttled(now + TimeSpan.FromHours(12)),
        "isv.MONTH_LIMIT_CONTROL" => new Delivery.Throttled(now + TimeSpan.FromDays(1)),
        _ when code.StartsWith("Throttling", StringComparison.Ordinal) => new Delivery.Throttled(reply.RetryAfter(now, TimeSpan.FromSeconds(5))),
        "isv.MOBILE_NUMBER_ILLEGAL" or "isv.MOBILE_COUNT_OVER_LIMIT" => new Delivery.PermanentRecipient(code, text, Suppress: code.Contains("ILLEGAL", StringComparison.Ordinal)),
        "isp.SYSTEM_ERROR" or "isp.UNKNOWN" or "ServiceUnavailable" or "InternalError" => new Delivery.Ambiguous(text),
        _ => new Delivery.Configuration(code, text),   // signature, template, content, permission, balance
    };

    public static ReceiptStatus Status(bool success, string? code) =>
        success ? ReceiptStatus.Delivered : code == "EXPIRED" ? ReceiptStatus.Expired : ReceiptStatus.Failed;

    /// <summary>…BLACK codes are complaints or refusals kept by a carrier; MK:0005 is a number out of use.</summary>
    public static AddressEffect Effect(string? code) =>
        code is null ? AddressEffect.None
        : code.EndsWith("BLACK", StringComparison.OrdinalIgnoreCase) ? AddressEffect.OptOut
        : code is "MK:0005" or "MK:0001" or "MOBILE_NOT_ON_SERVICE" ? AddressEffect.Suppress : AddressEffect.None;
}
