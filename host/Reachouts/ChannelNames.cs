using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>Channel kinds and purposes as they are written in briefs, consents and the API.</summary>
public static class ChannelNames
{
    /// <summary>The name of a kind: push, wecom, sms, email, oa, staff, manual.</summary>
    public static string Of(ChannelKind kind) => kind switch
    {
        ChannelKind.Sms => "sms",
        ChannelKind.Push => "push",
        ChannelKind.Email => "email",
        ChannelKind.WeCom => "wecom",
        ChannelKind.OfficialAccount => "oa",
        ChannelKind.Staff => "staff",
        ChannelKind.Manual => "manual",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The kind of that name, or null.</summary>
    public static ChannelKind? TryParse(string name) => name switch
    {
        "sms" => ChannelKind.Sms,
        "push" => ChannelKind.Push,
        "email" => ChannelKind.Email,
        "wecom" => ChannelKind.WeCom,
        "oa" => ChannelKind.OfficialAccount,
        "staff" => ChannelKind.Staff,
        "manual" => ChannelKind.Manual,
        _ => null,
    };

    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static ChannelKind Parse(string name) =>
        TryParse(name) ?? throw new ArgumentException($"There is no channel '{name}'. Use push, wecom, sms, email, oa or manual.", nameof(name));

    /// <summary>The name of a purpose: marketing, servicing.</summary>
    public static string OfPurpose(Purpose purpose) => purpose == Purpose.Marketing ? "marketing" : "servicing";

    /// <exception cref="ArgumentException">There is no such purpose.</exception>
    public static Purpose ParsePurpose(string name) => name switch
    {
        "marketing" => Purpose.Marketing,
        "servicing" => Purpose.Servicing,
        _ => throw new ArgumentException($"There is no purpose '{name}'. Use marketing or servicing.", nameof(name)),
    };
}
