namespace Orchestrator.Channels.Email.Smtp;

internal enum SmtpSecurity { StartTls, Tls, None }

internal enum SmtpAuthentication { Auto, Plain, Login, None }

/// <summary>Settings of a mail submission account.</summary>
internal sealed record SmtpSettings
{
    public string Host { get; init; } = "";
    public int Port { get; init; } = 587;
    public SmtpSecurity Security { get; init; }
    public SmtpAuthentication Authentication { get; init; }
    public string? User { get; init; }
    public string? Password { get; init; }
    public string From { get; init; } = "";
    public string? FromName { get; init; }
    public string? ReplyTo { get; init; }

    /// <summary>Envelope sender; <c>{echo}</c> in it is replaced by our id (VERP), so that bounces name the message.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>Name we greet with; null takes the sender's domain.</summary>
    public string? HelloName { get; init; }

    /// <summary>PEM file with extra roots to trust.</summary>
    public string? CaFile { get; init; }

    /// <summary>SHA-256 of the server's public key (hex): trusts exactly this key.</summary>
    public string? PinSha256 { get; init; }
    public string? DkimDomain { get; init; }
    public string? DkimSelector { get; init; }
    public string? DkimPrivateKey { get; init; }
    public int Connections { get; init; } = 4;
    public int TimeoutSeconds { get; init; } = 20;
    public double? MessagesPerSecond { get; init; }
    public string? CallbackSecret { get; init; }
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    public override string ToString() => $"SmtpSettings {Host}:{Port}";
}
