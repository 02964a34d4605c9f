using Orchestrator.Channels;

namespace Orchestrator.Host.Audiences;

/// <summary>One of the addresses that are kept of a customer: that of a channel, or for push one of several kinds of token.</summary>
/// <param name="Kind">The channel.</param>
/// <param name="Token">Which other kind of push token, as its providers name it (<see cref="ProviderLimits.TokenKind"/>); null: the channel's own address.</param>
public readonly record struct AddressSlot(ChannelKind Kind, string? Token = null)
{
    /// <summary>The channels' own first, in the order of <see cref="CustomerChannels.All"/>.</summary>
    public static readonly IReadOnlyList<AddressSlot> All =
        [.. CustomerChannels.All.Select(kind => new AddressSlot(kind)), new(ChannelKind.Push, "fcm"), new(ChannelKind.Push, "apns"), new(ChannelKind.Push, "webpush")];

    private static readonly string[] Columns = ["push_token", "wecom_user_id", "phone", "email", "oa_openid", "fcm_token", "apns_token", "web_push"];

    /// <summary>Place in <see cref="All"/>; -1: nothing is kept of it.</summary>
    public int Index => (Kind, Token) switch
    {
        (ChannelKind.Push, null) => 0,
        (ChannelKind.WeCom, null) => 1,
        (ChannelKind.Sms, null) => 2,
        (ChannelKind.Email, null) => 3,
        (ChannelKind.OfficialAccount, null) => 4,
        (ChannelKind.Push, "fcm") => 5,
        (ChannelKind.Push, "apns") => 6,
        (ChannelKind.Push, "webpush") => 7,
        _ => -1,
    };

    /// <summary>Column of the sealed address; the hash is in the column <c>…_hash</c>.</summary>
    public string Column => Columns[Index];

    /// <summary>push, wecom, sms, email, oa, push-fcm, push-apns or push-webpush.</summary>
    public string Name => Token is null ? CustomerChannels.NameOf(Kind) : $"{CustomerChannels.NameOf(Kind)}-{Token}";

    /// <summary>The slot of that name, or null.</summary>
    public static AddressSlot? Find(string? name) => All.Where(slot => slot.Name == name).Select(slot => (AddressSlot?)slot).FirstOrDefault();

    /// <summary>Every address by which a channel reaches a customer.</summary>
    public static IEnumerable<AddressSlot> Of(ChannelKind kind) => All.Where(slot => slot.Kind == kind);

    /// <summary>What the messages of a provider are addressed by.</summary>
    public static AddressSlot Of(ChannelKind kind, string provider) =>
        kind == ChannelKind.Push ? new AddressSlot(kind, ChannelProviders.Find(provider)?.Limits.TokenKind) : new AddressSlot(kind);
}

/// <summary>A set of addresses of a customer, as bits.</summary>
public readonly record struct AddressSet(int Bits)
{
    public static readonly AddressSet None = new(0);

    public static readonly AddressSet Every = new((1 << AddressSlot.All.Count) - 1);

    public bool Has(AddressSlot slot) => (Bits & (1 << slot.Index)) != 0;

    public AddressSet With(AddressSlot slot) => new(Bits | (1 << slot.Index));

    /// <summary>With every address of a channel.</summary>
    public AddressSet With(ChannelKind kind) => new(AddressSlot.Of(kind).Aggregate(Bits, (bits, slot) => bits | (1 << slot.Index)));
}
