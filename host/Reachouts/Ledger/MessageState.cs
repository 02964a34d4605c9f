namespace Orchestrator.Host.Reachouts;

/// <summary>Where a message stands. Stored as its number; the numbers never change.</summary>
public enum MessageState : short
{
    /// <summary>To be sent; nothing of its present attempt has left.</summary>
    Planned = 0,

    /// <summary>Committed to a sender; a request may be leaving.</summary>
    Leased = 1,

    /// <summary>The provider took it.</summary>
    Accepted = 2,

    /// <summary>It arrived.</summary>
    Delivered = 3,

    /// <summary>It did not arrive and will not be tried again.</summary>
    Failed = 4,

    /// <summary>Its latest time passed, here or at the provider.</summary>
    Expired = 5,

    /// <summary>Waits for a later moment (quiet hours, throttling).</summary>
    Deferred = 6,

    /// <summary>A send check refused it; see <see cref="SkipReason"/>.</summary>
    Skipped = 7,

    /// <summary>A request may have left and nobody knows what became of it: never sent again before that is settled.</summary>
    Unknown = 8,
}

/// <summary>Sets of states by what they mean.</summary>
public static class MessageStates
{
    /// <summary>Still has to be worked on by a sender; a reach-out is complete when no message is in one of these.</summary>
    public static bool IsOpen(this MessageState state) => state is MessageState.Planned or MessageState.Leased or MessageState.Deferred;

    /// <summary>The message went to the provider, as far as anybody knows.</summary>
    public static bool WentOut(this MessageState state) =>
        state is MessageState.Accepted or MessageState.Delivered or MessageState.Unknown or MessageState.Failed;
}
