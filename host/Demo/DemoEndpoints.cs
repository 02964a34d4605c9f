using System.Net;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Demo;

/// <summary>Where the demo's clock goes; null: with the real one.</summary>
public sealed record DemoClockChange(DateTimeOffset? Now);

internal static class DemoEndpoints
{
    /// <summary>Exists in a demo workspace only, for callers on this machine.</summary>
    public static void MapDemo(this RouteGroupBuilder api) =>
        api.MapPut("/demo/clock", async (DemoClockChange body, DemoWorkspace workspace, HttpContext http, Texts texts, CancellationToken token) =>
        {
            if (!workspace.IsDemo || http.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
                return Refusal.NotFound("demo").ToProblem(texts);
            await workspace.SetClockAsync(body.Now, token);
            return (IResult)TypedResults.NoContent();
        }).RequireRole(Role.Admin).WithName("SetDemoClock").ExcludeFromDescription();
}
