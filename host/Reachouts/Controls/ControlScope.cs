using Orchestrator.Channels;

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

    internal Guid? CampaignId => After("campaign:") is { } text && Guid.TryParse(text, out var id) ? id : null;

    internal Guid? ReachoutId => After("reachout:") is { } text && Guid.TryParse(text, out var id) ? id : null;

    internal ChannelKind? ChannelKind => After("channel:") is { } text ? ChannelNames.TryParse(text) : null;

    internal static bool IsValid(string key)
    {
        var scope = new ControlScope(key);
        return key == "all" || scope.CampaignId is not null || scope.ReachoutId is not null || scope.ChannelKind is not null
            || scope.After("account:") is { Length: > 0 } || scope.After("text:") is { Length: > 0 };
    }

    public override string ToString() => Key;

    private string? After(string prefix) => Key.StartsWith(prefix, StringComparison.Ordinal) ? Key[prefix.Length..] : null;
}

/// <summary>What the send barrier saw. <see cref="IsComplete"/>: nothing of the scope is in flight any more, on any node.</summary>
/// <param name="Sent">Messages that went to providers before.</param>
/// <param name="Held">Messages kept back.</param>
/// <param name="InFlight">Messages whose request may still be leaving; 0 when complete.</param>
public sealed record BarrierResult(long Sent, long Held, long InFlight)
{
    public bool IsComplete => InFlight == 0;
}
