using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Chaos;

/// <summary>The least that stands in front of several nodes: passes provider callbacks to each node in turn, and on to the next when one is gone.</summary>
internal sealed class LoadBalancer : IAsyncDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(8) };
    private readonly WebApplication app;
    private readonly IReadOnlyList<Node> nodes;
    private int next;

    private LoadBalancer(WebApplication app, IReadOnlyList<Node> nodes) => (this.app, this.nodes) = (app, nodes);

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<LoadBalancer> StartAsync(IReadOnlyList<Node> nodes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var balancer = new LoadBalancer(app, nodes);
        app.Run(balancer.PassAsync);
        await app.StartAsync();
        return balancer;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        foreach (var node in Enumerable.Range(Interlocked.Increment(ref next) & 0xFFFF, nodes.Count).Select(i => nodes[i % nodes.Count]))
        {
            if (await TryAsync(context, node, body.ToArray()) is not { } status)
                continue;
            context.Response.StatusCode = status;
            return;
        }
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    private async Task<int?> TryAsync(HttpContext context, Node node, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(node.Address, context.Request.Path.ToString() + context.Request.QueryString)) { Content = new ByteArrayContent(body) };
        if (context.Request.ContentType is { } type)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, values) in context.Request.Headers.Where(header => !header.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && header.Key != "Host"))
            request.Headers.TryAddWithoutValidation(name, values.ToArray());
        try
        {
            using var response = await http.SendAsync(request, context.RequestAborted);
            return (int)response.StatusCode >= 500 ? null : (int)response.StatusCode;
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
