using System.Text;

namespace Orchestrator.Templates.Rendering;

/// <summary>A text writer that fails on the first character past its limit.</summary>
internal sealed class BoundedWriter(int limit) : TextWriter
{
    private readonly StringBuilder _text = new(Math.Min(limit, 256));

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        Require(1);
        _text.Append(value);
    }

    public override void Write(string? value)
    {
        Require(value?.Length ?? 0);
        _text.Append(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        Require(count);
        _text.Append(buffer, index, count);
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        Require(buffer.Length);
        _text.Append(buffer);
    }

    public override string ToString() => _text.ToString();

    private void Require(int more)
    {
        if (_text.Length + more > limit)
            throw new TemplateException($"The rendered text is longer than {limit} characters.");
    }
}
