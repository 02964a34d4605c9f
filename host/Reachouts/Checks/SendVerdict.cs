using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>What the send checks say of one customer.</summary>
public abstract record SendVerdict
{
    private SendVerdict() { }

    /// <summary>May be sent through this route.</summary>
    public sealed record Send(ChannelRoute Route, CandidateChannel Channel) : SendVerdict;

    /// <summary>Not sent, for good. <paramref name="Kind"/> is the channel that was refused, null if none came into question.</summary>
    public sealed record Skip(SkipReason Reason, ChannelKind? Kind = null) : SendVerdict;

    /// <summary>May be sent through this route, but not before <paramref name="Until"/>.</summary>
    public sealed record Defer(DateTimeOffset Until, SkipReason Reason, ChannelRoute Route) : SendVerdict;
}

/// <summary>A kind of channel in a phase, with the account that serves it; no account: the kind can't be used.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Account">The account.</param>
public sealed record ChannelRoute(ChannelKind Kind, RouteAccount? Account);

/// <summary>What the checks need of an account.</summary>
/// <param name="No">Its short number, as in the ledger.</param>
/// <param name="Provider">Provider name, for provider policy.</param>
/// <param name="IsLive">Live; otherwise messages go to the sandbox outbox.</param>
/// <param name="RegisteredUntil">Last moment of its signature's registration 报备; null: none needed or without end.</param>
/// <param name="IsRegistered">The registration is in force, or none is needed.</param>
public sealed record RouteAccount(int No, string Provider, bool IsLive, bool IsRegistered, DateTimeOffset? RegisteredUntil);
