using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Host.Tests.Fixtures;

/// <summary>A line to PostgreSQL that can be cut at the worst moments: just before a COMMIT arrives, or just before its reply does.</summary>
internal sealed class CutLine : IAsyncDisposable
{
    private static readonly byte[] Commit = Encoding.ASCII.GetBytes("COMMIT\0");
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly (string Host, int Port) server;
    private readonly Task accepting;
    private int cut = (int)Cut.None;

    public CutLine(string connectionString)
    {
        var parsed = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        server = (parsed.Host!, parsed.Port);
        listener.Start();
        (parsed.Host, parsed.Port, parsed.SslMode) = ("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, Npgsql.SslMode.Disable);
        ConnectionString = parsed.ToString();
        accepting = AcceptAsync();
    }

    public enum Cut
    {
        None,

        /// <summary>The server never sees the COMMIT.</summary>
        BeforeCommit,

        /// <summary>The server commits; its reply is lost.</summary>
        AfterCommit,
    }

    public string ConnectionString { get; }

    public int Cuts { get; private set; }

    /// <summary>Cuts the line of the next transaction that commits.</summary>
    public void CutNext(Cut where) => Interlocked.Exchange(ref cut, (int)where);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
            _ = PassAsync(await listener.AcceptTcpClientAsync(stop.Token));
    }

    private async Task PassAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        await far.ConnectAsync(server.Host, server.Port, stop.Token);
        var (up, down) = (near.GetStream(), far.GetStream());
        // Not the other direction: that one ends first when the near side is closed, and the far side must stay open a little longer.
        _ = down.CopyToAsync(up, stop.Token);
        await ForwardAsync(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ForwardAsync(NetworkStream up, NetworkStream down)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await up.ReadAsync(buffer, stop.Token)) > 0)
        {
            var where = buffer.AsSpan(0, read).IndexOf(Commit) < 0 ? Cut.None : (Cut)Interlocked.Exchange(ref cut, (int)Cut.None);
            if (where == Cut.BeforeCommit)
            {
                Cuts++;
                return;
            }
            if (where == Cut.AfterCommit)
            {
                Cuts++;
                up.Socket.Close();
                await down.WriteAsync(buffer.AsMemory(0, read), stop.Token);
                // Closed too early, the server's side would throw away what it has not read yet.
                await Task.Delay(500, stop.Token);
                return;
            }
            await down.WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }
}
