using System.Globalization;
using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>What a hold, pause or stop is about.</summary>
public readonly record struct ControlScope(string Key)
{
    public static readonly ControlScope All = new("all");

    public static ControlScope Campaign(Guid id) => new($"campaign:{id:N}");

    public static ControlScope Reachout(Guid id) => new($"reachout:{id:N}");

    public static ControlScope Channel(string kind) => new($"{ChannelPrefix}{kind}");

    public static ControlScope Account(int no) => new(FormattableString.Invariant($"{AccountPrefix}{no}"));

    /// <summary>A text by its content hash: only its channel and language stop.</summary>
    public static ControlScope Text(string hash) => new($"text:{hash}");

    /// <summary>Every text taken from a library template, whatever its version, by the template's key.</summary>
    public static ControlScope Template(string key) => new($"{TemplatePrefix}{key}");

    /// <summary>Every text in which the words stand, written in capitals or not.</summary>
    public static ControlScope Wording(string words) => new($"{WordingPrefix}{words}");

    /// <summary>Campaigns whose audience comes from this segment, by the segment's key.</summary>
    public static ControlScope Segment(string key) => new($"{SegmentPrefix}{key}");

    internal const string ChannelPrefix = "channel:";
    internal const string AccountPrefix = "account:";
    internal const string TemplatePrefix = "template:";
    internal const string WordingPrefix = "wording:";
    internal const string SegmentPrefix = "segment:";
    private const int WordsMinimum = 2;
    private const int LongestName = 200;

    internal Guid? CampaignId => After("campaign:") is { } text && Guid.TryParse(text, out var id) ? id : null;

    internal Guid? ReachoutId => After("reachout:") is { } text && Guid.TryParse(text, out var id) ? id : null;

    internal ChannelKind? ChannelKind => After(ChannelPrefix) is { } text ? ChannelNames.TryParse(text) : null;

    /// <summary>The one way to write it: ids may come with dashes.</summary>
    internal ControlScope Normalised => CampaignId is { } campaign ? Campaign(campaign) : ReachoutId is { } reachout ? Reachout(reachout) : AccountNo is { } no ? Account(no) : this;

    internal int? AccountNo => After(AccountPrefix) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var no) ? no : null;

    internal string? SegmentKey => After(SegmentPrefix);

    /// <summary>It names texts: by hash, template or wording.</summary>
    internal bool IsOfTexts => After("text:") is not null || After(TemplatePrefix) is not null || After(WordingPrefix) is not null;

    /// <summary>It closes some messages of a reach-out and leaves others.</summary>
    internal bool IsPartial => IsOfTexts || After(ChannelPrefix) is not null || After(AccountPrefix) is not null;

    /// <summary>Senders at work may not know that it is about them: they must read their job anew.</summary>
    internal bool NeedsReread => IsPartial || SegmentKey is not null;

    internal static bool IsValid(string key)
    {
        var scope = new ControlScope(key);
        return key == "all" || scope.CampaignId is not null || scope.ReachoutId is not null || scope.ChannelKind is not null || scope.AccountNo is not null
            || scope.After("text:") is { Length: > 0 } || scope.After(TemplatePrefix) is { Length: > 0 and <= LongestName } || scope.SegmentKey is { Length: > 0 and <= LongestName }
            || (scope.After(WordingPrefix) is { Length: >= WordsMinimum and <= LongestName } words && words.Trim().Length == words.Length);
    }

    public override string ToString() => Key;

    internal string? After(string prefix) => Key.StartsWith(prefix, StringComparison.Ordinal) ? Key[prefix.Length..] : null;
}

/// <summary>What the send barrier saw. <see cref="IsComplete"/>: nothing of the scope is in flight any more, on any node.</summary>
/// <param name="Sent">Messages that went to providers before.</param>
/// <param name="Held">Messages kept back.</param>
/// <param name="InFlight">Messages whose request may still be leaving; 0 when complete.</param>
public sealed record BarrierResult(long Sent, long Held, long InFlight)
{
    public bool IsComplete => InFlight == 0;
}
