namespace Orchestrator.Channels;

/// <summary>What kind of address a channel reaches; consent, caps and templates are per kind.</summary>
public enum ChannelKind
{
    /// <summary>Text message; the address is an E.164 phone number.</summary>
    Sms,

    /// <summary>App or browser push; the address is a registration id, device token or push subscription.</summary>
    Push,

    /// <summary>E-mail; the address is a mailbox.</summary>
    Email,

    /// <summary>WeCom message to a customer; the address is an external user id.</summary>
    WeCom,

    /// <summary>WeChat Official Account; the address is an openid.</summary>
    OfficialAccount,

    /// <summary>Notification to the company's own staff (reviewers, duty officers), never to customers.</summary>
    Staff,

    /// <summary>Work done by people (branch, community post, banner, offline); becomes a task that asks for proof.</summary>
    Manual,
}
