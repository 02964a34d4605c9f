using Orchestrator.Channels;

namespace Orchestrator.Host.Audiences;

/// <summary>The channels that reach customers, with the names that briefs, files and the API use for them.</summary>
public static class CustomerChannels
{
    public static readonly IReadOnlyList<ChannelKind> All =
        [ChannelKind.Push, ChannelKind.WeCom, ChannelKind.Sms, ChannelKind.Email, ChannelKind.OfficialAccount];

    /// <summary><c>push</c>, <c>wecom</c>, <c>sms</c>, <c>email</c> or <c>oa</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The channel does not reach customers.</exception>
    public static string NameOf(ChannelKind kind) => kind switch
    {
        ChannelKind.Push => "push",
        ChannelKind.WeCom => "wecom",
        ChannelKind.Sms => "sms",
        ChannelKind.Email => "email",
        ChannelKind.OfficialAccount => "oa",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Only channels that reach customers have a name here."),
    };

    /// <summary>The channel of that name, or null.</summary>
    public static ChannelKind? Find(string? name) => name switch
    {
        "push" => ChannelKind.Push,
        "wecom" => ChannelKind.WeCom,
        "sms" => ChannelKind.Sms,
        "email" => ChannelKind.Email,
        "oa" => ChannelKind.OfficialAccount,
        _ => null,
    };

    /// <summary>Position in the sets below; stored in the database, so it never changes.</summary>
    internal static int IndexOf(ChannelKind kind) => kind switch
    {
        ChannelKind.Push => 0,
        ChannelKind.WeCom => 1,
        ChannelKind.Sms => 2,
        ChannelKind.Email => 3,
        ChannelKind.OfficialAccount => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a channel that reaches customers."),
    };
}

/// <summary>The two purposes a message may have, with the names that files and the API use.</summary>
public static class Purposes
{
    public static readonly IReadOnlyList<Purpose> All = [Purpose.Marketing, Purpose.Servicing];

    public static string NameOf(Purpose purpose) => purpose == Purpose.Marketing ? "marketing" : "servicing";

    /// <summary>Null for anything else: collection is refused everywhere.</summary>
    public static Purpose? Find(string? name) => name switch
    {
        "marketing" => Purpose.Marketing,
        "servicing" => Purpose.Servicing,
        _ => null,
    };
}

/// <summary>Granted consents of one customer per channel and purpose, as bits: the current view of the consent log.</summary>
public readonly record struct ConsentSet(int Bits)
{
    public bool Has(ChannelKind channel, Purpose purpose) => (Bits & Bit(channel, purpose)) != 0;

    /// <summary>On any channel.</summary>
    public bool HasAny(Purpose purpose) => (Bits & (((1 << CustomerChannels.All.Count) - 1) << (purpose == Purpose.Marketing ? 0 : 8))) != 0;

    public ConsentSet With(ChannelKind channel, Purpose purpose, bool granted) =>
        new(granted ? Bits | Bit(channel, purpose) : Bits & ~Bit(channel, purpose));

    private static int Bit(ChannelKind channel, Purpose purpose) => 1 << (CustomerChannels.IndexOf(channel) + (purpose == Purpose.Marketing ? 0 : 8));
}
