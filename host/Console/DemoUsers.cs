using System.Net;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Identity;

namespace Orchestrator.Host.WebConsole;

/// <summary>
/// The people one may become without a password. Only in a demo workspace, in Development, from this machine, and never through a proxy:
/// everywhere else nobody.
/// </summary>
internal sealed class DemoUsers(Users users, IHostEnvironment environment, DemoWorkspace workspace)
{
    private static readonly string[] ForwardingHeaders = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"];
    public bool MaySwitch(HttpContext http) =>
        environment.IsDevelopment() && workspace.IsDemo
        && http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && !ForwardingHeaders.Any(http.Request.Headers.ContainsKey);

    public async Task<IReadOnlyList<User>> ChoicesAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (!MaySwitch(http))
            return [];
        var all = await users.ListAsync(cancellationToken);
        return [.. all.Where(user => !user.IsDisabled && user.Roles.Count > 0)];
    }
}
