namespace Orchestrator.Host.Reachouts;

/// <summary>Why a send check refused, put off or ended a message. Stored as its number; the numbers never change. Text key <c>skip.{name}</c>.</summary>
public enum SkipReason : short
{
    None = 0,

    /// <summary>On the suppression list, as a person or by every usable address.</summary>
    Suppressed = 1,

    /// <summary>The exclusion rule of the campaign holds now: overdue, complained, converted.</summary>
    Excluded = 2,

    /// <summary>The exclusion rule could not be decided for this customer: not sent.</summary>
    ExclusionUndecided = 3,

    /// <summary>No channel of the phase has both an address and a consent for the purpose.</summary>
    NoConsentedChannel = 4,

    /// <summary>The provider forbids such a message.</summary>
    ProviderPolicy = 5,

    /// <summary>Signature or template is not (or no longer) registered 报备.</summary>
    NotRegistered = 6,

    /// <summary>No account serves the channel.</summary>
    NoAccount = 7,

    /// <summary>No text for the channel, or it could not be rendered for this customer.</summary>
    NoText = 8,

    /// <summary>The customer's quiet hours or a silent day: put off.</summary>
    QuietHours = 9,

    /// <summary>As many messages as the customer may get have been sent in the period.</summary>
    FrequencyCap = 10,

    /// <summary>Another customer with the same address got this message.</summary>
    DuplicateAddress = 11,

    /// <summary>The customer is no longer on record.</summary>
    CustomerGone = 12,

    /// <summary>Not sent before its latest time.</summary>
    TooLate = 13,

    /// <summary>The reach-out was ended before it was sent.</summary>
    Stopped = 14,

    /// <summary>The provider or account asked to wait: put off.</summary>
    Throttled = 15,

    /// <summary>The budget for messages was used up before its latest time.</summary>
    Budget = 16,

    /// <summary>The recipient has refused messages with the provider or carrier.</summary>
    ProviderOptOut = 17,

    /// <summary>The provider says that this address never works.</summary>
    BadAddress = 18,

    /// <summary>The provider reported that it did not arrive.</summary>
    NotDelivered = 19,

    /// <summary>The provider refused account, content or permission.</summary>
    Configuration = 20,

    /// <summary>A request may have left when the sender died or the connection broke.</summary>
    Ambiguous = 21,

    /// <summary>The customer's own time has not come: put off.</summary>
    Scheduled = 22,

    /// <summary>Held out of all marketing in this period.</summary>
    GlobalHoldout = 23,

    /// <summary>The provider can't carry this message as it came out: too long, without its template, too few recipients. Not sent.</summary>
    Unusable = 24,
}
