namespace Orchestrator.Channels;

/// <summary>Where a message stands according to a provider's report. Apply monotonically: reports come late, twice and out of order.</summary>
public enum ReceiptStatus
{
    /// <summary>Taken or under way.</summary>
    Accepted,

    /// <summary>Arrived.</summary>
    Delivered,

    /// <summary>Did not arrive.</summary>
    Failed,

    /// <summary>Its validity ended before it arrived.</summary>
    Expired,
}

/// <summary>What a report asks of the address, apart from the message's state.</summary>
public enum AddressEffect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The address is dead: suppress it on this channel.</summary>
    Suppress,

    /// <summary>The recipient refused further messages.</summary>
    OptOut,

    /// <summary>The recipient complained: suppress, and count it for the guardrails.</summary>
    Complaint,
}

/// <summary>What a provider says later of a message.</summary>
public sealed record Receipt
{
    /// <summary>The provider's id of the message, if it sent one.</summary>
    public string? ProviderRef { get; init; }

    /// <summary>Our id from the echo field, if it came back.</summary>
    public string? MessageId { get; init; }

    /// <summary>Our attempt from the echo field, if it came back.</summary>
    public int? Attempt { get; init; }

    /// <summary>State according to the provider.</summary>
    public required ReceiptStatus Status { get; init; }

    /// <summary>What it asks of the address.</summary>
    public AddressEffect Effect { get; init; }

    /// <summary>The recipient's address if reported; needed where one provider reference stands for a whole batch.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// Tells of everything under the reference at once: <see cref="ReceiptStatus.Delivered"/> or <see cref="ReceiptStatus.Failed"/> of every recipient,
    /// <see cref="ReceiptStatus.Accepted"/> where some have it, some don't, and the provider does not say who.
    /// </summary>
    public bool IsWholeJob { get; init; }

    /// <summary>The provider's code.</summary>
    public string? Code { get; init; }

    /// <summary>The provider's words (at most 500 characters).</summary>
    public string? Text { get; init; }

    /// <summary>When it happened according to the provider; null if not said.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Never shows the address.</summary>
    public override string ToString() => $"Receipt {MessageId ?? ProviderRef} {Status} {Code}";
}

/// <summary>What an inbound text asks for.</summary>
public enum ReplyKind
{
    /// <summary>Any other text.</summary>
    Text,

    /// <summary>Refuses further messages (R, TD, T, STOP, 退订 …).</summary>
    OptOut,

    /// <summary>Takes the refusal back (START, UNSTOP).</summary>
    OptIn,

    /// <summary>Asks for help (HELP, INFO).</summary>
    Help,
}

/// <summary>A message from a recipient.</summary>
/// <param name="From">The recipient's address.</param>
/// <param name="Text">What was written, as received.</param>
/// <param name="At">When, according to the provider; null if not said.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="ProviderRef">The provider's id of the inbound message, for deduplication; null if it has none.</param>
public sealed record Reply(string From, string Text, DateTimeOffset? At, ReplyKind Kind, string? ProviderRef)
{
    /// <summary>Never shows sender or text.</summary>
    public override string ToString() => $"Reply {Kind} {ProviderRef}";
}
