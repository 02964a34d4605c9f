namespace Orchestrator.Channels;

/// <summary>
/// One account at one provider. Thread-safe; holds connections, tokens and the circuit breaker of the account, so keep one instance per account.
/// An account that receives callbacks also implements <see cref="IWebhook"/>, one that can be asked <see cref="IStatusQuery"/>, one that can recall <see cref="IRecall"/>.
/// </summary>
public interface IChannel : IAsyncDisposable
{
    /// <summary>Name in <see cref="ChannelProviders"/>.</summary>
    string Provider { get; }

    /// <summary>What it reaches.</summary>
    ChannelKind Kind { get; }

    /// <summary>Most messages one <see cref="SendAsync"/> call takes; adapters cut it into provider calls themselves.</summary>
    int MaxBatch { get; }

    /// <summary>The longest a <see cref="SendAsync"/> call can last, whatever the provider does: a lease must outlast it.</summary>
    TimeSpan CallTimeout { get; }

    /// <summary>What the provider documents about repeated and unknown sends.</summary>
    ChannelGuarantees Guarantees { get; }

    /// <summary>Sends each message at most once and returns one verdict per message in the same order.</summary>
    /// <remarks>
    /// Does not retry. Faults become verdicts: a failure before a request can have left is <see cref="Delivery.RetrySafe"/>, any other is
    /// <see cref="Delivery.Ambiguous"/>. Cancellation makes unsent messages retry-safe and those in flight ambiguous. Should it throw all the same
    /// (a defect), the caller must treat every message of the batch as ambiguous, never as failed.
    /// </remarks>
    Task<IReadOnlyList<Delivery>> SendAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken);
}

/// <summary>Documented promises of a provider, for settling unknown messages.</summary>
/// <param name="IdempotencyWindow">Sending a message of the same id again inside this time, whatever the attempt, is recognised by the provider and not delivered twice; null: no such key.</param>
/// <param name="SendsReceipts">The provider reports later whether a message arrived.</param>
/// <param name="NeedsReference">The provider's reference is needed later, to ask about messages or to take them back.</param>
public sealed record ChannelGuarantees(TimeSpan? IdempotencyWindow = null, bool SendsReceipts = false, bool NeedsReference = false)
{
    /// <summary>Whether <see cref="Delivery.Accepted.ProviderRef"/> must be kept.</summary>
    public bool KeepsReference => SendsReceipts || NeedsReference;
}

/// <summary>Asks the provider what became of messages, to settle unknown ones.</summary>
public interface IStatusQuery
{
    /// <summary>Whether the provider documents that a message it does not know was never taken.</summary>
    bool AbsenceIsFinal { get; }

    /// <summary>How long after a send the provider's answer can still miss it.</summary>
    TimeSpan VisibilityDelay { get; }

    /// <summary>One answer per question in the same order. Safe to repeat.</summary>
    Task<IReadOnlyList<StatusAnswer>> QueryAsync(IReadOnlyList<StatusQuestion> questions, CancellationToken cancellationToken);
}

/// <summary>Which message is asked about.</summary>
public sealed record StatusQuestion(string MessageId, int Attempt, string? ProviderRef, string Address, DateTimeOffset SentAt)
{
    /// <summary>Never shows the address.</summary>
    public override string ToString() => $"StatusQuestion {MessageId}-{Attempt}";
}

/// <summary>What the provider says about a message.</summary>
public abstract record StatusAnswer
{
    private StatusAnswer() { }

    /// <summary>The provider knows it.</summary>
    public sealed record Known(Receipt Receipt) : StatusAnswer;

    /// <summary>The provider does not know it; proves non-delivery only with <see cref="IStatusQuery.AbsenceIsFinal"/> and after the visibility delay.</summary>
    public sealed record Absent : StatusAnswer;

    /// <summary>No answer now; ask again later.</summary>
    public sealed record Unavailable(string Reason) : StatusAnswer;
}

/// <summary>Takes back what the provider accepted but has not delivered (a WeCom task that staff has not confirmed yet).</summary>
public interface IRecall
{
    /// <summary>
    /// Whether what was cancelled and is not reported as sent has certainly reached nobody, so that it may be sent again. False where a cancellation only hides what may have arrived
    /// (an Official Account mass message).
    /// </summary>
    bool ProvesUnsent { get; }

    /// <summary>Cancels by provider reference; returns the references that were cancelled.</summary>
    Task<IReadOnlyList<string>> CancelAsync(IReadOnlyList<string> providerRefs, CancellationToken cancellationToken);
}

/// <summary>A member of staff who has a task, and whether the messages of it are out.</summary>
public sealed record StaffMember(string UserId, bool HasSent);

/// <summary>A provider whose messages a member of staff must send: says who has the task, and reminds them.</summary>
public interface IStaffTasks
{
    /// <summary>Reminds of one task, once: the call is never repeated, because providers count reminders. The verdict reads as that of a send.</summary>
    Task<Delivery> RemindAsync(string providerRef, CancellationToken cancellationToken);

    /// <summary>Who has the task; null: the provider gave no answer now.</summary>
    Task<IReadOnlyList<StaffMember>?> MembersAsync(string providerRef, CancellationToken cancellationToken);
}
