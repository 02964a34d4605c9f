using System.Globalization;
using System.Text;

namespace Orchestrator.Channels.Email.Smtp;

/// <summary>Lines in, lines out, with bounds: a reply has at most 64 lines of at most 2,048 bytes.</summary>
internal sealed class SmtpStream(Stream stream) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[4096];
    private int _from;
    private int _to;

    public Stream Inner => stream;

    /// <summary>Bytes that arrived unasked; before STARTTLS there must be none.</summary>
    public bool HasUnread => _to > _from;

    public async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    public async Task<SmtpReply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        for (var lines = 0; lines < 64; lines++)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 200 or > 599)
                throw new SmtpBrokenException("The server's reply is not SMTP.");
            if (text.Length > 0) text.Append('\n');
            text.Append(line.AsSpan(Math.Min(4, line.Length)));
            if (line.Length == 3 || line[3] == ' ') return new SmtpReply(code, text.ToString());
        }

        throw new SmtpBrokenException("The server's reply does not end.");
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            var end = _buffer.AsSpan(_from, _to - _from).IndexOf((byte)'\n');
            if (end >= 0)
            {
                line.Append(Encoding.UTF8.GetString(_buffer, _from, end));
                _from += end + 1;
                return line.ToString().TrimEnd('\r');
            }

            line.Append(Encoding.UTF8.GetString(_buffer, _from, _to - _from));
            if (line.Length > 2048) throw new SmtpBrokenException("The server's line is too long.");
            _from = 0;
            _to = await stream.ReadAsync(_buffer, cancellationToken);
            if (_to == 0) throw new SmtpBrokenException("The server closed the connection.");
        }
    }
}
