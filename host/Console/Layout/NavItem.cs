using Orchestrator.Host.Identity;

namespace Orchestrator.Host.WebConsole.Layout;

/// <summary>One line of the left navigation. Without roles everybody sees it; hiding it is a kindness, the page checks the role itself.</summary>
internal sealed record NavItem(string Key, string Icon, string Href, params string[] Roles)
{
    public bool IsFor(Actor actor) => Roles.Length == 0 || actor.Is(Role.Admin) || actor.IsAny(Roles);

    public bool Holds(string path) => Href == "/" ? path == "/" : path == Href || path.StartsWith(Href + "/", StringComparison.Ordinal);
}
