namespace Orchestrator.Templates;

/// <summary>The kind of channel a text is written for. The kind decides escaping, limits and lint rules; providers are none of its business.</summary>
public enum MessageChannel
{
    /// <summary>Short message: plain text, billed by segment.</summary>
    Sms,

    /// <summary>App push notification: a title and a short plain text.</summary>
    Push,

    /// <summary>WeCom message to a customer or a colleague: plain text.</summary>
    WeCom,

    /// <summary>E-mail: a subject, a plain-text part and, usually, an HTML part.</summary>
    Email,

    /// <summary>WeChat official account message: plain text.</summary>
    OfficialAccount,

    /// <summary>Text shown inside the app or on one of our pages, or published by hand.</summary>
    InApp,
}

/// <summary>Why a message is sent. Rules for loan marketing do not bind a repayment reminder.</summary>
public enum MessagePurpose
{
    /// <summary>Promotes something to the customer.</summary>
    Marketing,

    /// <summary>Serves an existing contract: reminders, confirmations.</summary>
    Servicing,
}
