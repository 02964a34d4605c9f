using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// The most messages of one purpose that a customer may get in a day of their own calendar and in 30 of them: over all channels, and on each. Null is no
/// limit. Immutable and thread-safe.
/// </summary>
public sealed record FrequencyCaps(int? PerDay, int? Per30Days)
{
    public static readonly FrequencyCaps None = new(null, null);

    public ChannelBytes ChannelPerDay { get; private init; } = ChannelBytes.NoLimit;
    public ChannelBytes ChannelPer30Days { get; private init; } = ChannelBytes.NoLimit;

    /// <summary>Whether anything is limited; what is not is not counted.</summary>
    public bool IsNeeded => this != None;

    /// <summary>Whether the days before count.</summary>
    public bool LooksBack => Per30Days is not null || ChannelPer30Days != ChannelBytes.NoLimit;

    public static FrequencyCaps Of(int? perDay, int? per30Days, IEnumerable<ChannelLimit>? channels)
    {
        var caps = new FrequencyCaps(perDay, per30Days);
        foreach (var limit in channels ?? [])
        {
            var kind = LedgerChannel.Of(ChannelNames.Parse(limit.Channel));
            caps = caps with { ChannelPerDay = caps.ChannelPerDay.With(kind, limit.PerCustomerPerDay), ChannelPer30Days = caps.ChannelPer30Days.With(kind, limit.PerCustomerPer30Days) };
        }
        return caps;
    }

    /// <summary>Both at once: the lower limit of the two.</summary>
    public FrequencyCaps And(FrequencyCaps other) => new(Lower(PerDay, other.PerDay), Lower(Per30Days, other.Per30Days))
    {
        ChannelPerDay = ChannelPerDay.And(other.ChannelPerDay),
        ChannelPer30Days = ChannelPer30Days.And(other.ChannelPer30Days),
    };

    private static int? Lower(int? one, int? other) => one is null || other < one ? other : one;
}

/// <summary>
/// A number from 0 to 255 for each channel of the ledger, in the bytes of one integer: a customer's day is one row and one lock, whatever is limited.
/// 255 as a limit is none.
/// </summary>
public readonly record struct ChannelBytes(long Packed)
{
    private const int Bits = 8, Full = 255;

    public static readonly ChannelBytes NoLimit = new((1L << (Bits * Enum.GetValues<ChannelKind>().Length)) - 1);

    /// <summary>One, in the byte of a channel as the ledger numbers it.</summary>
    public static long Unit(short channel) => 1L << (Bits * (channel - 1));

    public int Of(short channel) => (int)(Packed / Unit(channel)) & Full;

    /// <summary>The limit of a channel; null: none.</summary>
    public int? LimitOf(short channel) => Of(channel) is var limit && limit == Full ? null : limit;

    internal ChannelBytes With(short channel, int? limit) => limit is not { } most || most >= Of(channel) ? this : new(Packed - ((Of(channel) - most) * Unit(channel)));

    internal ChannelBytes And(ChannelBytes other)
    {
        var lower = this;
        foreach (var kind in Enum.GetValues<ChannelKind>())
            lower = lower.With(LedgerChannel.Of(kind), other.LimitOf(LedgerChannel.Of(kind)));
        return lower;
    }
}
