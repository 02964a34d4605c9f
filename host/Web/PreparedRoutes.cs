using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Orchestrator.Host.Web;

/// <summary>
/// The program's routes, built once and ahead of the first request: making a delegate of each handler takes a second core while the first one
/// makes the database ready. Thread-safe once everything is mapped.
/// </summary>
internal sealed partial class PreparedRoutes : EndpointDataSource, IEndpointRouteBuilder
{
    private readonly IEndpointRouteBuilder app;
    private readonly Lazy<IReadOnlyList<Endpoint>> endpoints;

    public PreparedRoutes(IEndpointRouteBuilder app)
    {
        this.app = app;
        endpoints = new Lazy<IReadOnlyList<Endpoint>>(() => [.. DataSources.SelectMany(source => source.Endpoints)]);
        app.DataSources.Add(this);
    }

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    public IServiceProvider ServiceProvider => app.ServiceProvider;

    public override IReadOnlyList<Endpoint> Endpoints => endpoints.Value;

    /// <summary>Those of a program.</summary>
    public static PreparedRoutes Of(IEndpointRouteBuilder app) => app.DataSources.OfType<PreparedRoutes>().Single();

    public IApplicationBuilder CreateApplicationBuilder() => app.CreateApplicationBuilder();

    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

    /// <summary>Builds every route, then renders a page for nobody, so that the first visitor finds its code compiled.</summary>
    /// <param name="path">The pattern of a page that everybody may see.</param>
    /// <param name="ready">Ends when pages may read the database.</param>
    public async Task PrepareAsync(string path, Task ready)
    {
        var page = Endpoints.OfType<RouteEndpoint>().First(endpoint => endpoint.RoutePattern.RawText == path);
        await ready;
        await using var scope = ServiceProvider.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        (context.Request.Method, context.Request.Scheme, context.Request.Host, context.Request.Path) = (HttpMethods.Get, Uri.UriSchemeHttp, new HostString("localhost"), path);
        context.Response.Body = Stream.Null;
        context.SetEndpoint(page);
        try
        {
            await page.RequestDelegate!(context);
        }
        catch (Exception exception)
        {
            // The first visitor will wait a moment longer, or see what is wrong.
            LogNotPrepared(scope.ServiceProvider.GetRequiredService<ILogger<PreparedRoutes>>(), exception, path);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The page {Path} could not be prepared.")]
    private static partial void LogNotPrepared(ILogger log, Exception exception, string path);
}
