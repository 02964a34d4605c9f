using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>What a hold, pause or stop is about.</summary>
public readonly record struct ControlScope(string Key)
{
    public static readonly ControlScope All = new("all");

    public static ControlScope Campaign(Guid id) => new($"campaign:{id:N}");

    public static ControlScope Reachout(Guid id) => new($"reachout:{id:N}");

    public static ControlScope Channel(string kind) => new($"channel:{kind}");

    public static ControlScope Account(int no) => new(FormattableString.Invariant($"account:{no}"));

    /// <summary>A text by its content hash.</summary>
    public static ControlScope Text(string hash) => new($"text:{hash}");

    public override string ToString() => Key;
}

/// <summary>What the send barrier saw. <see cref="IsComplete"/>: nothing of the scope is in flight any more, on any node.</summary>
/// <param name="Sent">Messages that went to providers before.</param>
/// <param name="Held">Messages kept back.</param>
/// <param name="InFlight">Messages whose request may still be leaving; 0 when complete.</param>
public sealed record BarrierResult(long Sent, long Held, long InFlight)
{
    public bool IsComplete => InFlight == 0;
}

/// <summary>Hold, pause, resume and stop. Every change is audited and takes effect on every node with its commit: leases read the switches.</summary>
public sealed partial class ReachoutControls
{
    /// <summary>Compliance stop 紧急叫停. Returns when nothing of the scope is in flight, or after a short wait with the count that still is.</summary>
    public Task<Outcome<BarrierResult>> HoldAsync(ControlScope scope, string reason, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Lifts a hold; the person who held may not.</summary>
    public Task<Outcome<Done>> LiftAsync(ControlScope scope, string reason, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Outcome<BarrierResult>> PauseAsync(Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Pauses as part of a larger transaction; call <see cref="WaitAsync"/> after its commit.</summary>
    public Task PauseAsync(WriteTransaction tx, Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Outcome<Done>> ResumeAsync(Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ResumeAsync(WriteTransaction tx, Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends every reach-out of the campaign for good; unsent messages become skipped(stopped).</summary>
    public Task<Outcome<BarrierResult>> StopAsync(Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task StopAsync(WriteTransaction tx, Guid campaignId, string reason, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Waits for the barrier: until nothing of the scope is in flight, at most <paramref name="atMost"/>.</summary>
    public Task<BarrierResult> WaitAsync(ControlScope scope, TimeSpan atMost, CancellationToken cancellationToken) => throw new NotSupportedException();
}
