using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Channels.Sms.HttpGateway;

/// <summary>Values of the placeholders for one message.</summary>
internal sealed class GatewayValues(HttpGatewaySettings settings, OutboundMessage? message, StatusQuestion? question, DateTimeOffset now)
{
    private static readonly string[] Plain =
    [
        "echo", "messageId", "attempt", "phone", "phoneDigits", "phoneNational", "text", "signature", "template", "params", "paramsArray",
        "purpose", "language", "expiresSeconds", "timestamp", "timestampMs", "dateTime", "nonce", "ref", "sign",
    ];

    private string? _nonce;

    /// <summary>Filled by the request once everything else is known.</summary>
    public string Sign { get; set; } = "";

    public static bool Knows(HttpGatewaySettings settings, string name) =>
        Plain.Contains(name) || name.StartsWith("extra.", StringComparison.Ordinal)
        || (name.StartsWith("secret.", StringComparison.Ordinal) && settings.Secrets.ContainsKey(name["secret.".Length..]));

    public string this[string name] => name switch
    {
        "echo" => message?.Echo ?? EchoId.Format(question!.MessageId, question.Attempt),
        "messageId" => message?.MessageId ?? question!.MessageId,
        "attempt" => (message?.Attempt ?? question!.Attempt).ToString(CultureInfo.InvariantCulture),
        "phone" => Phone,
        "phoneDigits" => Phone.TrimStart('+'),
        "phoneNational" => Phone.StartsWith(settings.CountryCode, StringComparison.Ordinal) ? Phone[settings.CountryCode.Length..] : Phone,
        "text" => Text,
        "signature" => message?.SignatureName ?? "",
        "template" => message?.Content.TemplateCode ?? "",
        "params" => JsonSerializer.Serialize(message?.Content.TemplateParameters.ToDictionary(p => p.Name, p => p.Value) ?? [], SettingsJson.Relaxed),
        "paramsArray" => JsonSerializer.Serialize(message?.Content.TemplateParameters.Select(p => p.Value) ?? [], SettingsJson.Relaxed),
        "purpose" => message?.Purpose == Purpose.Marketing ? "marketing" : "servicing",
        "language" => message?.Language ?? "",
        "expiresSeconds" => ((long)Math.Max(60, (message?.ExpiresAt - now)?.TotalSeconds ?? 86400)).ToString(CultureInfo.InvariantCulture),
        "timestamp" => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        "timestampMs" => now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        "dateTime" => now.ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
        "nonce" => _nonce ??= RandomNumberGenerator.GetHexString(32, lowercase: true),
        "ref" => question?.ProviderRef ?? "",
        "sign" => Sign,
        _ when name.StartsWith("secret.", StringComparison.Ordinal) => settings.Secrets.GetValueOrDefault(name["secret.".Length..], ""),
        _ when name.StartsWith("extra.", StringComparison.Ordinal) => message?.Extras.GetValueOrDefault(name["extra.".Length..], "") ?? "",
        _ => "",
    };

    private string Phone => message?.Address ?? question!.Address;

    private string Text
    {
        get
        {
            var text = message?.Content.Text ?? "";
            var end = settings.StripSignature && text.StartsWith('【') ? text.IndexOf('】', StringComparison.Ordinal) : -1;
            return end < 0 ? text : text[(end + 1)..];
        }
    }
}
