namespace Orchestrator.Channels;

/// <summary>One message for one recipient, rendered and checked: an adapter only speaks the provider's contract.</summary>
public sealed record OutboundMessage
{
    /// <summary>Our id of the message: 1 to 56 characters of <c>A–Z a–z 0–9 . _ -</c>. It travels, with the attempt, in the provider's echo field.</summary>
    public required string MessageId { get; init; }

    /// <summary>1 for the first try.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>E.164 phone number, mailbox, registration id, push subscription JSON, openid or external user id, as the kind wants it.</summary>
    public required string Address { get; init; }

    /// <summary>What is said.</summary>
    public required MessageContent Content { get; init; }

    /// <summary>Why it is sent.</summary>
    public required Purpose Purpose { get; init; }

    /// <summary>BCP 47 tag of the text.</summary>
    public string Language { get; init; } = "zh-CN";

    /// <summary>After this moment the provider should no longer deliver; null leaves the provider's default.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>SMS signature name without brackets, or the sender's display name; null uses the account's.</summary>
    public string? SignatureName { get; init; }

    /// <summary>Values only one provider understands (documented per provider); unknown keys are ignored.</summary>
    public IReadOnlyDictionary<string, string> Extras { get; init; } = new Dictionary<string, string>();

    /// <summary>What goes into the provider's echo field: message id and attempt.</summary>
    public string Echo => EchoId.Format(MessageId, Attempt);

    /// <summary>Never shows address or text: this type ends up in logs by accident.</summary>
    public override string ToString() => $"OutboundMessage {Echo}";
}

/// <summary>Rendered content. A channel takes the parts it can carry; the host lints that the ones it needs are there.</summary>
public sealed record MessageContent
{
    /// <summary>Plain text: the SMS, the push body, the plain part of an e-mail.</summary>
    public required string Text { get; init; }

    /// <summary>E-mail subject.</summary>
    public string? Subject { get; init; }

    /// <summary>HTML part of an e-mail.</summary>
    public string? Html { get; init; }

    /// <summary>Push title or card title.</summary>
    public string? Title { get; init; }

    /// <summary>Where a tap leads.</summary>
    public Uri? Url { get; init; }

    /// <summary>Code of the template registered with the provider, for providers that send templates only.</summary>
    public string? TemplateCode { get; init; }

    /// <summary>Parameters of that template, in the template's order.</summary>
    public IReadOnlyList<TemplateParameter> TemplateParameters { get; init; } = [];

    /// <summary>One-click unsubscribe address for <c>List-Unsubscribe</c>.</summary>
    public Uri? UnsubscribeUrl { get; init; }

    /// <summary>Never shows the text.</summary>
    public override string ToString() => $"MessageContent ({Text.Length} characters)";
}

/// <summary>A named value of a provider's template.</summary>
public sealed record TemplateParameter(string Name, string Value);
