namespace Orchestrator.Channels;

/// <summary>
/// The verdict on one message. Only <see cref="RetrySafe"/>, <see cref="Throttled"/> and <see cref="Configuration"/> prove that nothing was delivered;
/// <see cref="Ambiguous"/> means that it may have been.
/// </summary>
public abstract record Delivery
{
    private Delivery() { }

    /// <summary>The provider's own code, kept as evidence.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>The provider's own words (at most 500 characters), kept as evidence.</summary>
    public string? ProviderText { get; init; }

    /// <summary>True where the provider certainly did not take the message, so that it may be planned again.</summary>
    public bool ProvesNonDelivery => this is RetrySafe or Throttled or Configuration;

    /// <summary>The provider took the message and will (try to) deliver it.</summary>
    public sealed record Accepted(string? ProviderRef) : Delivery;

    /// <summary>The provider certainly did not take it and says, or the place of the failure proves, that trying again later is right.</summary>
    public sealed record RetrySafe(string Reason) : Delivery
    {
        /// <summary>Its turn never came, no request was made: nothing speaks against trying at once, and it counts for nothing.</summary>
        public bool Untried { get; init; }
    }

    /// <summary>The request may have been taken: never sent again before a receipt or a status query settles it.</summary>
    public sealed record Ambiguous(string Reason) : Delivery;

    /// <summary>This recipient will never work; <paramref name="Suppress"/> asks to put the address on the suppression list.</summary>
    public sealed record PermanentRecipient(string Code, string Reason, bool Suppress) : Delivery;

    /// <summary>The recipient has refused messages with the provider or carrier.</summary>
    public sealed record OptOut(string Reason) : Delivery;

    /// <summary>Account, signature, template, content or permission is wrong: pause the account, tell platform, do not blame the recipient.</summary>
    public sealed record Configuration(string Code, string Reason) : Delivery
    {
        /// <summary>Only this message is wrong (too long, without its template): it fails alone, the account and everybody else go on.</summary>
        public bool OnlyThisMessage { get; init; }
    }

    /// <summary>Not taken; the account or recipient is over its rate until the given moment.</summary>
    public sealed record Throttled(DateTimeOffset Until) : Delivery;
}
