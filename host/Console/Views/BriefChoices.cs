namespace Orchestrator.Host.WebConsole.Views;

/// <summary>The values that a brief's closed fields may have, in the order in which they are offered.</summary>
internal static class BriefChoices
{
    public static readonly IReadOnlyList<string> Objectives = ["acquire", "transact", "repay", "loyalty"];
    public static readonly IReadOnlyList<string> Forms = ["big-promotion", "periodic", "event-linked", "gamified"];
    public static readonly IReadOnlyList<string> Sources = ["business-plan", "product-demand", "competitor", "hotspot"];
    public static readonly IReadOnlyList<string> Categories = ["loan", "insurance", "wealth", "payment", "none"];
    public static readonly IReadOnlyList<string> Mechanics = ["coupon", "draw", "referral", "team", "limit-increase", "points", "none"];
    public static readonly IReadOnlyList<string> Channels = ["push", "wecom", "sms", "email"];
    public static readonly IReadOnlyList<string> Purposes = ["marketing", "servicing"];
    public static readonly IReadOnlyList<string> Languages = ["zh-CN", "en"];

    /// <summary>The texts that a phase may have, in the order of the form.</summary>
    public static readonly IReadOnlyList<(string Channel, string Language)> TextSlots = [.. Channels.SelectMany(channel => Languages.Select(language => (channel, language)))];
}
