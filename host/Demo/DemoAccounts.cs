using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Demo;

/// <summary>The demo company's channel accounts: believable settings, in the sandbox for ever.</summary>
internal sealed class DemoAccounts(ChannelAccounts accounts)
{
    public const string SmsName = "禾光短信通道";

    /// <summary>Last part of the address under which the demo's SMS carrier reports.</summary>
    public static string CallbackSecret(string password) => $"heguang-{password}-callback";

    public async Task MakeAsync(WriteTransaction tx, string password, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now.AddYears(1);
        (string Name, string Provider, string Settings, string Zh, string En, RegistrationStatus Registration, string[] Seeds)[] all =
        [
            ("禾光 APP 推送", "jpush", """{"appKey":"demo","masterSecret":"demo"}""", "禾光分期", "Heguang", RegistrationStatus.NotNeeded, ["seed-push-1", "seed-push-2"]),
            ("禾光企业微信", "wecom-customer", """{"corpId":"demo","secret":"demo","sender":"manager"}""", "【禾光消费金融】", "Heguang CF:", RegistrationStatus.NotNeeded, ["seed-wecom-1"]),
            (SmsName, "http-gateway", SmsSettings(password), "【禾光消费金融】", "Heguang CF:", RegistrationStatus.Registered, ["+8614299999901", "+8614299999902"]),
            ("禾光邮件", "smtp", """{"host":"mail.heguang.example","from":"service@heguang.example","fromName":"禾光消费金融"}""", "【禾光消费金融】", "Heguang CF:", RegistrationStatus.NotNeeded, ["test@heguang.example", "service-test@heguang.example"]),
        ];
        foreach (var (name, provider, settings, zh, en, registration, seeds) in all)
        {
            var command = new AccountCommand(name, provider, JsonDocument.Parse(settings).RootElement)
            {
                SignatureZh = zh,
                SignatureEn = en,
                Seeds = seeds,
                Registration = registration,
                RegistrationNumber = registration == RegistrationStatus.Registered ? "BA-2026-0147" : null,
                RegisteredUntil = registration == RegistrationStatus.Registered ? until : null,
            };
            _ = (await accounts.CreateAsync(tx, command, Actor.System, cancellationToken)).Value;
        }
    }

    private static string SmsSettings(string password) =>
        $$"""
        {
          "request": { "url": "https://sms.heguang.example/send", "body": "{\"uid\":\"${echo}\",\"mobile\":\"${phoneNational}\",\"content\":\"${text}\"}" },
          "reply": { "code": "code", "ref": "msgid", "accepted": ["0"] },
          "reports": { "items": "reports", "echo": "uid", "status": "stat", "delivered": ["DELIVRD"] },
          "replies": { "items": "mo", "phone": "mobile", "text": "content" },
          "callback": { "secret": "{{CallbackSecret(password)}}" }
        }
        """;
}
