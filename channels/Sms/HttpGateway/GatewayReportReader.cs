using System.Globalization;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.HttpGateway;

/// <summary>Reads status reports by the account's mapping; also the answers of a status query.</summary>
internal sealed class GatewayReportReader(GatewayReports mapping, string countryCode)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(mapping.TimeZone);

    /// <summary>Null if the item is no report (no status, or no way to tell the message).</summary>
    public Receipt? Read(JsonElement item)
    {
        var status = JsonPath.Text(item, mapping.Status);
        var reference = JsonPath.Text(item, mapping.Ref);
        var known = EchoId.TryParse(JsonPath.Text(item, mapping.Echo), out var id, out var attempt);
        if (status is null || (reference is null && !known)) return null;
        return new Receipt
        {
            MessageId = known ? id : null,
            Attempt = known ? attempt : null,
            ProviderRef = reference,
            Status = Status(status),
            Effect = mapping.OptOut.Contains(status) ? AddressEffect.OptOut : mapping.Suppress.Contains(status) ? AddressEffect.Suppress : AddressEffect.None,
            Address = Phone(JsonPath.Text(item, mapping.Phone), countryCode),
            Code = status,
            Text = Evidence.Cut(JsonPath.Text(item, mapping.Text)),
            At = Time(JsonPath.Text(item, mapping.Time)),
        };
    }

    public DateTimeOffset? Time(string? text)
    {
        if (text is null) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unix) && text.Length is 10 or 13)
            return text.Length == 10 ? UnixTime.Seconds(unix) : UnixTime.Milliseconds(unix);
        if (DateTime.TryParseExact(text, mapping.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUniversalTime();
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var any) ? any.ToUniversalTime() : null;
    }

    /// <summary>Items at a path: an array, one object, or JSON inside a string.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement root, string path) => JsonPath.Find(root, path) switch
    {
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        { ValueKind: JsonValueKind.Object } one => [one],
        _ => [],
    };

    public static string? Phone(string? phone, string countryCode)
    {
        if (string.IsNullOrWhiteSpace(phone)) return null;
        var digits = phone.Trim();
        if (digits.StartsWith('+')) return digits;
        if (digits.StartsWith("00", StringComparison.Ordinal)) return $"+{digits[2..]}";
        var prefix = countryCode.TrimStart('+');
        return digits.StartsWith(prefix, StringComparison.Ordinal) && digits.Length > 11 ? $"+{digits}" : countryCode + digits;
    }

    private ReceiptStatus Status(string status) =>
        mapping.Delivered.Contains(status) ? ReceiptStatus.Delivered
        : mapping.Accepted.Contains(status) ? ReceiptStatus.Accepted
        : mapping.Expired.Contains(status) ? ReceiptStatus.Expired
        : ReceiptStatus.Failed;
}
