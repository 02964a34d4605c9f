using System.Text;

namespace Orchestrator.Host.Audiences;

/// <summary>The file cannot be taken as a whole: a text key and its arguments.</summary>
internal sealed class ImportRefusedException(string textKey, params object[] args) : Exception(textKey)
{
    public string TextKey { get; } = textKey;

    public IReadOnlyList<object> Args { get; } = args;
}

/// <summary>
/// Opens an uploaded file as text. A byte order mark decides; without one the beginning does: UTF-8 where it is valid, else GB18030 where that
/// is valid. Decoding is strict, so a wrong guess ends in a refusal and never in garbled names.
/// </summary>
internal static class ImportText
{
    private const int SampleBytes = 1 << 20;

    static ImportText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="source">The upload.</param>
    /// <param name="name">Encoding asked for by the caller; null: found out.</param>
    public static async Task<(StreamReader Reader, string Encoding)> OpenAsync(Stream source, string? name, CancellationToken cancellationToken)
    {
        var sample = new byte[SampleBytes];
        var count = await source.ReadAtLeastAsync(sample, SampleBytes, throwOnEndOfStream: false, cancellationToken);
        var head = sample.AsMemory(0, count);
        RefuseBinary(head.Span);
        var (encoding, skip) = name is null ? Detect(head.Span, isWhole: count < SampleBytes) : (Named(name), MarkLength(head.Span));
        var stream = new HeadThenRest(head[skip..], source);
        return (new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16), encoding.WebName);
    }

    private static Encoding Strict(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static Encoding Named(string name)
    {
        try
        {
            return Strict(name);
        }
        catch (ArgumentException)
        {
            throw new ImportRefusedException("import.encoding-unknown", name);
        }
    }

    private static void RefuseBinary(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
            throw new ImportRefusedException("import.empty");
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
            throw new ImportRefusedException("import.spreadsheet");
    }

    private static int MarkLength(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? 2 : 0;

    private static (Encoding Encoding, int Skip) Detect(ReadOnlySpan<byte> head, bool isWhole)
    {
        switch (MarkLength(head))
        {
            case 3:
                return (Strict("utf-8"), 3);
            case 2:
                return (Strict(head[0] == 0xFF ? "utf-16" : "utf-16BE"), 2);
        }
        if (head.Contains((byte)0))
            throw new ImportRefusedException("import.binary");
        if (IsValid(Strict("utf-8"), head, isWhole))
            return (Strict("utf-8"), 0);
        return IsValid(Strict("gb18030"), head, isWhole) ? (Strict("gb18030"), 0) : throw new ImportRefusedException("import.encoding");
    }

    private static bool IsValid(Encoding encoding, ReadOnlySpan<byte> bytes, bool isWhole)
    {
        try
        {
            // Not flushed unless whole: the sample may end in the middle of a character.
            encoding.GetDecoder().GetChars(bytes, new char[encoding.GetMaxCharCount(bytes.Length)], flush: isWhole);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The bytes already read, then the rest of the upload.</summary>
    private sealed class HeadThenRest(ReadOnlyMemory<byte> head, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> left = head;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (left.IsEmpty)
                return await rest.ReadAsync(buffer, cancellationToken);
            var count = Math.Min(buffer.Length, left.Length);
            left[..count].CopyTo(buffer);
            left = left[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
