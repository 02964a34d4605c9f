using System.Net;
using Microsoft.Extensions.Options;
using Orchestrator.Host.Identity;

namespace Orchestrator.Host.WebConsole;

/// <summary>
/// The people one may become without a password. Only in a demo workspace, in Development, from this machine, and never through a proxy:
/// everywhere else nobody.
/// </summary>
internal sealed class DemoUsers
{
    private static readonly string[] ForwardingHeaders = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"];
    private readonly Users users;
    private readonly bool isDemo;

    public DemoUsers(Users users, IHostEnvironment environment, IOptions<OrchestratorOptions> options)
    {
        this.users = users;
        isDemo = environment.IsDevelopment() && options.Value.SeedDemo != false;
    }

    public bool MaySwitch(HttpContext http) =>
        isDemo
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
