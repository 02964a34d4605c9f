using System.Net;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Demo;

/// <summary>Where the demo's clock goes; null: with the real one.</summary>
public sealed record DemoClockChange(DateTimeOffset? Now);

/// <summary>The campaign whose figures the customers are fitted to.</summary>
public sealed record DemoAudienceOf(Guid Campaign);

internal static class DemoEndpoints
{
    /// <summary>Exist in a demo workspace only, for callers on this machine.</summary>
    public static void MapDemo(this RouteGroupBuilder api)
    {
        var demo = api.MapGroup("/demo").RequireRole(Role.Admin).ExcludeFromDescription().AddEndpointFilter(OnlyHereAsync);
        demo.MapPut("/clock", async (DemoClockChange body, DemoWorkspace workspace, CancellationToken token) =>
        {
            await workspace.SetClockAsync(body.Now, token);
            return TypedResults.NoContent();
        });
        demo.MapPost("/customers", async (DemoAudienceOf body, DemoCustomerBook book, CancellationToken token) =>
        {
            await book.LoadAsync(body.Campaign, token);
            return TypedResults.NoContent();
        });
    }

    private static ValueTask<object?> OnlyHereAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.RequestServices.GetRequiredService<DemoWorkspace>().IsDemo && http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
            ? next(context)
            : ValueTask.FromResult<object?>(Refusal.NotFound("demo").ToProblem(http.RequestServices.GetRequiredService<Texts>()));
    }
}
