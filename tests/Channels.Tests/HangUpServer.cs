using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Channels.Tests;

/// <summary>Reads one request per connection and hangs up without a word.</summary>
internal sealed class HangUpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _loop;
    private int _requests;

    public HangUpServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Requests => _requests;

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var read = await client.GetStream().ReadAsync(new byte[8192]);
                if (read > 0) Interlocked.Increment(ref _requests);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or InvalidOperationException or IOException)
        {
            // The test is over.
        }
    }
}
