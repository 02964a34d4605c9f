using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>Takes POSTs on loopback and answers, at once or after a while.</summary>
internal sealed class HttpSink : IAsyncDisposable
{
    private static readonly byte[] Reply = """{"code":"0"}"""u8.ToArray();
    private readonly WebApplication app;
    private long received;

    private HttpSink(WebApplication app) => this.app = app;

    public long Received => Interlocked.Read(ref received);

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<HttpSink> StartAsync(TimeSpan? after = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var sink = new HttpSink(app);
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            if (after is { } wait)
                await Task.Delay(wait);
            Interlocked.Increment(ref sink.received);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Reply.Length;
            await context.Response.Body.WriteAsync(Reply);
        });
        await app.StartAsync();
        return sink;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
