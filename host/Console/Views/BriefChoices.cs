using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>The values that a brief's closed fields may have, in the order in which they are offered.</summary>
internal static class BriefChoices
{
    public static readonly IReadOnlyList<string> Objectives = ["acquire", "transact", "repay", "loyalty"];
    public static readonly IReadOnlyList<string> Forms = ["big-promotion", "periodic", "event-linked", "gamified"];
    public static readonly IReadOnlyList<string> Sources = ["business-plan", "product-demand", "competitor", "hotspot"];
    public static readonly IReadOnlyList<string> Categories = ProductTerms.Categories;
    public static readonly IReadOnlyList<string> Mechanics = ["coupon", "draw", "referral", "team", "limit-increase", "points", "none"];
    public static readonly IReadOnlyList<string> Channels = ["push", "wecom", "sms", "email"];

    /// <summary>Channels that few phases use; their texts stand behind the others.</summary>
    public static readonly IReadOnlyList<string> RareChannels = ["oa", "oa-template", "manual"];
    public static readonly IReadOnlyList<string> AllChannels = [.. Channels, .. RareChannels];
    public static readonly IReadOnlyList<string> Metrics = ["conversion", "click", "participation"];

    /// <summary>Recurrence rules to begin with, each with the key of its text.</summary>
    public static readonly IReadOnlyList<(string Rule, string Text)> RecurrenceRules =
        [("FREQ=DAILY", "edit.rule.daily"), ("FREQ=WEEKLY;BYDAY=MO", "edit.rule.weekly"), ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "edit.rule.weekdays"), ("FREQ=MONTHLY;BYMONTHDAY=1,15", "edit.rule.monthly"), ("FREQ=MONTHLY;BYMONTHDAY=-1", "edit.rule.month-end")];
    public static readonly IReadOnlyList<string> Zones = ["Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei", "Asia/Singapore", "UTC"];
    public static readonly IReadOnlyList<string> Purposes = ["marketing", "servicing"];
    public static readonly IReadOnlyList<string> Languages = ["zh-CN", "en"];

    /// <summary>The texts that a phase may have, in the order of the form.</summary>
    public static readonly IReadOnlyList<(string Channel, string Language)> TextSlots = [.. AllChannels.SelectMany(channel => Languages.Select(language => (channel, language)))];
}
