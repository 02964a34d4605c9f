using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// The most messages of one purpose that a customer may get in a day, a week (from Monday) and a month of their own calendar, and in 30 days of it: over all
/// channels, and on each. Null is no limit. Immutable and thread-safe.
/// </summary>
public sealed record FrequencyCaps(int? PerDay, int? Per30Days)
{
    public static readonly FrequencyCaps None = new(null, null);

    public ChannelBytes ChannelPerDay { get; private init; } = ChannelBytes.NoLimit;
    public ChannelBytes ChannelPer30Days { get; private init; } = ChannelBytes.NoLimit;
    public int? PerWeek { get; private init; }
    public int? PerMonth { get; private init; }
    public ChannelBytes ChannelPerWeek { get; private init; } = ChannelBytes.NoLimit;
    public ChannelBytes ChannelPerMonth { get; private init; } = ChannelBytes.NoLimit;

    /// <summary>Whether anything is limited; what is not is not counted.</summary>
    public bool IsNeeded => this != None;

    /// <summary>Whether weeks or months of the calendar are limited: leasing looks at them only then.</summary>
    public bool HasPeriods => PerWeek is not null || PerMonth is not null || ChannelPerWeek != ChannelBytes.NoLimit || ChannelPerMonth != ChannelBytes.NoLimit;

    /// <summary>The limits for which days before today count.</summary>
    internal IEnumerable<CapWindow> Windows => new[]
    {
        new CapWindow("in 30 days", CapWindow.ThirtyDays, Per30Days, ChannelPer30Days),
        new CapWindow("this week", CapWindow.Week, PerWeek, ChannelPerWeek),
        new CapWindow("this month", CapWindow.Month, PerMonth, ChannelPerMonth),
    }.Where(window => window.IsLimited);

    public static FrequencyCaps Of(int? perDay, int? per30Days, IEnumerable<ChannelLimit>? channels, int? perWeek = null, int? perMonth = null)
    {
        var caps = new FrequencyCaps(perDay, per30Days) { PerWeek = perWeek, PerMonth = perMonth };
        foreach (var limit in channels ?? [])
        {
            var kind = LedgerChannel.Of(ChannelNames.Parse(limit.Channel));
            caps = caps with
            {
                ChannelPerDay = caps.ChannelPerDay.With(kind, limit.PerCustomerPerDay),
                ChannelPer30Days = caps.ChannelPer30Days.With(kind, limit.PerCustomerPer30Days),
                ChannelPerWeek = caps.ChannelPerWeek.With(kind, limit.PerCustomerPerWeek),
                ChannelPerMonth = caps.ChannelPerMonth.With(kind, limit.PerCustomerPerMonth),
            };
        }
        return caps;
    }

    /// <summary>Both at once: the lower limit of the two.</summary>
    public FrequencyCaps And(FrequencyCaps other) => new(Lower(PerDay, other.PerDay), Lower(Per30Days, other.Per30Days))
    {
        ChannelPerDay = ChannelPerDay.And(other.ChannelPerDay),
        ChannelPer30Days = ChannelPer30Days.And(other.ChannelPer30Days),
        PerWeek = Lower(PerWeek, other.PerWeek),
        PerMonth = Lower(PerMonth, other.PerMonth),
        ChannelPerWeek = ChannelPerWeek.And(other.ChannelPerWeek),
        ChannelPerMonth = ChannelPerMonth.And(other.ChannelPerMonth),
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
