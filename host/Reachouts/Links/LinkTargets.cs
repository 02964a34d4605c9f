namespace Orchestrator.Host.Reachouts;

/// <summary>Where links of ours may lead: hosts of the allow-list and what lies below them, by https.</summary>
public sealed class LinkTargets
{
    private readonly string[] hosts;

    internal LinkTargets(OrchestratorOptions options) => hosts = [options.PublicUrl.Host, .. options.LinkHosts];

    /// <summary>The allow-list: this installation's own host first.</summary>
    public IReadOnlyList<string> Hosts => hosts;

    public bool Allows(string target) =>
        Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0
        && hosts.Any(host => uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase) || uri.Host.EndsWith("." + host, StringComparison.OrdinalIgnoreCase));
}
