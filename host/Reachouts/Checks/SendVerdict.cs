using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>What the send checks say of one customer.</summary>
public abstract record SendVerdict
{
    private SendVerdict() { }

    /// <summary>May be sent through this account of the route.</summary>
    public sealed record Send(ChannelRoute Route, RouteAccount Account, CandidateChannel Channel) : SendVerdict;

    /// <summary>Not sent, for good. <paramref name="Kind"/> is the channel that was refused, null if none came into question.</summary>
    public sealed record Skip(SkipReason Reason, ChannelKind? Kind = null) : SendVerdict;

    /// <summary>May be sent through this route, but not before <paramref name="Until"/>.</summary>
    public sealed record Defer(DateTimeOffset Until, SkipReason Reason, ChannelRoute Route, RouteAccount Account, CandidateChannel Channel) : SendVerdict;
}
