using Orchestrator.Host.Identity;

namespace Orchestrator.Host.WebConsole.Layout;

/// <summary>The navigation, grouped by what one does.</summary>
internal static class NavGroups
{
    public static readonly IReadOnlyList<(string Key, IReadOnlyList<NavItem> Items)> All =
    [
        ("work", [new("home", "home", "/"), new("inbox", "inbox", "/inbox")]),
        ("campaigns",
        [
            new("board", "layout-kanban", "/campaigns"),
            new("calendar", "calendar-event", "/calendar"),
            new("segments", "users-group", "/segments", Role.Owner, Role.BusinessHead, Role.Risk, Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor),
            new("templates", "template", "/templates", Role.Owner, Role.BusinessHead, Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor),
            new("lessons", "bulb", "/lessons"),
        ]),
        ("watch",
        [
            new("sending", "broadcast", "/sending", Role.Owner, Role.BusinessHead, Role.Risk, Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Executive),
            new("sandbox", "test-pipe", "/sandbox", Role.Owner, Role.Compliance, Role.ConsumerProtection, Role.Platform),
            new("incidents", "alert-triangle", "/incidents", Role.Platform, Role.ProcessAdmin),
        ]),
        ("records",
        [
            new("customers", "id-badge-2", "/customers", Role.Owner, Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor),
            new("suppressions", "ban", "/suppressions", Role.Owner, Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor),
            new("confirmations", "message-check", "/confirmations", Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor),
            new("ledger-months", "archive", "/ledger-months", Role.Platform, Role.Compliance, Role.ConsumerProtection, Role.Auditor),
            new("legal-holds", "lock", "/legal-holds", Role.Platform, Role.Compliance, Role.ConsumerProtection, Role.Auditor),
            new("audit", "shield-check", "/audit", Role.Auditor, Role.Compliance, Role.Risk, Role.ConsumerProtection, Role.BusinessHead, Role.Executive),
        ]),
        ("setup",
        [
            new("sops", "sitemap", "/sops"),
            new("decisions", "table", "/decisions"),
            new("limits", "scale", "/legal-limits"),
            new("send-rules", "calendar-time", "/send-rules"),
            new("channels", "plug-connected", "/channels", Role.Platform, Role.Compliance),
            new("users", "users", "/users", Role.Admin),
        ]),
    ];
}
