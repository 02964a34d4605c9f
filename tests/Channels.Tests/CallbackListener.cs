using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Channels.Tests;

/// <summary>Stands where the host's callback endpoint would be.</summary>
internal sealed class CallbackListener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<string> _bodies = Channel.CreateUnbounded<string>();

    private CallbackListener()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Map("/{**path}", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await _bodies.Writer.WriteAsync(await reader.ReadToEndAsync(context.RequestAborted));
            return "ok";
        });
    }

    public Uri Address => new(_app.Urls.First());

    public static async Task<CallbackListener> StartAsync(CancellationToken cancellationToken)
    {
        var listener = new CallbackListener();
        await listener._app.StartAsync(cancellationToken);
        return listener;
    }

    public async Task<string> NextAsync(CancellationToken cancellationToken) =>
        await _bodies.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
