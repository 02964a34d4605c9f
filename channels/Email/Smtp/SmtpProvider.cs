using System.Security.Cryptography;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Email.Smtp;

/// <summary>E-mail through any submission server.</summary>
internal sealed class SmtpProvider : ChannelProvider<SmtpSettings>
{
    public override string Name => "smtp";
    public override ChannelKind Kind => ChannelKind.Email;
    public override string LabelEn => "E-mail: SMTP";
    public override string LabelZh => "邮件：SMTP";
    public override ProviderLimits Limits { get; } = new() { HasWebhook = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("host", SettingType.Text, "Server", "服务器") { Required = true },
        new("port", SettingType.Number, "Port", "端口") { Default = "587" },
        new("security", SettingType.Choice, "Encryption", "加密方式") { Default = "startTls", Choices = ["startTls", "tls", "none"], HelpEn = "tls is port 465; none only to this machine.", HelpZh = "tls 对应 465 端口；none 仅限本机。" },
        new("authentication", SettingType.Choice, "Sign-in", "登录方式") { Default = "auto", Choices = ["auto", "plain", "login", "none"] },
        new("user", SettingType.Text, "User", "用户名"),
        new("password", SettingType.Text, "Password", "密码") { Secret = true },
        new("from", SettingType.Text, "Sender address", "发件地址") { Required = true },
        new("fromName", SettingType.Text, "Sender name", "发件人名称"),
        new("replyTo", SettingType.Text, "Reply address", "回复地址"),
        new("returnPath", SettingType.Text, "Bounce address", "退信地址") { HelpEn = "{echo} in it is replaced by the message's id.", HelpZh = "其中的 {echo} 会替换为消息编号。" },
        new("helloName", SettingType.Text, "Own host name", "本机名称"),
        new("caFile", SettingType.Text, "File of trusted roots (PEM)", "受信任根证书文件（PEM）"),
        new("pinSha256", SettingType.Text, "Pinned public key (SHA-256)", "固定公钥（SHA-256）"),
        new("dkimDomain", SettingType.Text, "DKIM domain", "DKIM 域名"),
        new("dkimSelector", SettingType.Text, "DKIM selector", "DKIM 选择器"),
        new("dkimPrivateKey", SettingType.LongText, "DKIM private key (PEM)", "DKIM 私钥（PEM）") { Secret = true },
        new("connections", SettingType.Number, "Connections", "连接数") { Default = "4" },
        new("timeoutSeconds", SettingType.Number, "Timeout (s)", "超时（秒）") { Default = "20" },
        new("messagesPerSecond", SettingType.Number, "Messages per second", "每秒条数"),
        new("callbackSecret", SettingType.Text, "Secret of the bounce address", "退信回调密钥") { Secret = true },
        new("allowedAddresses", SettingType.List, "May call back", "允许回调的地址"),
    ];

    protected override void Check(SmtpSettings settings, SettingChecks checks)
    {
        checks.Required("host", settings.Host);
        checks.When(Uri.CheckHostName(settings.Host) == UriHostNameType.Unknown && settings.Host.Length > 0, "host", "Is no host name or address.");
        checks.Between("port", settings.Port, 1, 65535);
        checks.When(Mailbox.TryParse(settings.From) is null, "from", "Must be a mail address.");
        checks.When(settings.ReplyTo is not null && Mailbox.TryParse(settings.ReplyTo) is null, "replyTo", "Must be a mail address.");
        checks.When(settings.ReturnPath is { } path && Mailbox.TryParse(path.Replace("{echo}", "x", StringComparison.Ordinal)) is null, "returnPath", "Must be a mail address; {echo} may be in its first part.");
        checks.When(settings.HelloName is { } hello && Uri.CheckHostName(hello) == UriHostNameType.Unknown, "helloName", "Is no host name.");
        if (Uri.CheckHostName(settings.Host) != UriHostNameType.Unknown && settings.Port is > 0 and < 65536)
        {
            var builder = new UriBuilder(settings.Security == SmtpSecurity.None ? "http" : "https", settings.Host, settings.Port);
            checks.Endpoint("host", builder.Uri);
        }

        checks.When(settings.CaFile is { } file && !File.Exists(file), "caFile", "The file does not exist.");
        checks.When(settings.PinSha256 is { } pin && (pin.Length != 64 || !pin.All(char.IsAsciiHexDigit)), "pinSha256", "Must be 64 hexadecimal digits.");
        checks.When(settings.DkimPrivateKey is not null && string.IsNullOrEmpty(settings.DkimSelector), "dkimSelector", "Is required to sign with DKIM.");
        checks.When(settings.DkimPrivateKey is { } key && !IsKey(key), "dkimPrivateKey", "Is no RSA private key in PEM.");
        checks.Between("connections", settings.Connections, 1, 64);
        checks.Between("timeoutSeconds", settings.TimeoutSeconds, 1, 300);
        CallbackGate.Check(checks, settings.CallbackSecret, settings.AllowedAddresses);
    }

    protected override IChannel Open(SmtpSettings settings, ChannelServices services) => new SmtpChannel(this, settings, services);

    private static bool IsKey(string pem)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            return true;
        }
        catch (Exception invalid) when (invalid is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
