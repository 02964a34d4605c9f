using System.Text;

namespace Orchestrator.Channels.Email.Bounces;

/// <summary>A part of a received mail: headers by lower-case name, and the body undecoded.</summary>
internal sealed record MimePart(IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string Type => (Header("content-type") ?? "text/plain").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>A parameter of the content type.</summary>
    public string? Parameter(string name)
    {
        foreach (var parameter in (Header("content-type") ?? "").Split(';').Skip(1))
        {
            var pair = parameter.Split('=', 2);
            if (pair.Length == 2 && pair[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) return pair[1].Trim().Trim('"');
        }

        return null;
    }

    /// <summary>Body with its transfer encoding undone; as UTF-8, since reports are ASCII.</summary>
    public string Text => (Header("content-transfer-encoding") ?? "").Trim().ToLowerInvariant() switch
    {
        "base64" => FromBase64(Body),
        "quoted-printable" => FromQuotedPrintable(Body),
        _ => Body,
    };

    private static string FromBase64(string body)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(body));
        }
        catch (FormatException)
        {
            return "";
        }
    }

    private static string FromQuotedPrintable(string body)
    {
        var bytes = new List<byte>(body.Length);
        var joined = body.Replace("=\n", "", StringComparison.Ordinal);
        for (var i = 0; i < joined.Length; i++)
        {
            if (joined[i] == '=' && i + 2 < joined.Length && char.IsAsciiHexDigit(joined[i + 1]) && char.IsAsciiHexDigit(joined[i + 2]))
            {
                bytes.Add(Convert.FromHexString(joined.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([joined[i]]));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}

/// <summary>Reads as much MIME as reports need: headers, one level of nesting at a time, at most 32 parts.</summary>
internal static class MimeReader
{
    public static MimePart Read(string mail)
    {
        var text = mail.ReplaceLineEndings("\n");
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        return split < 0 ? new MimePart(Fields(text), "") : new MimePart(Fields(text[..split]), text[(split + 2)..]);
    }

    public static IReadOnlyList<MimePart> Parts(MimePart mail)
    {
        if (!mail.Type.StartsWith("multipart/", StringComparison.Ordinal) || mail.Parameter("boundary") is not { Length: > 0 } boundary) return [mail];
        var pieces = ("\n" + mail.Body).Split("\n--" + boundary);
        var parts = pieces.Skip(1).TakeWhile(p => !p.StartsWith("--", StringComparison.Ordinal)).Take(32).Select(p => Read(p.TrimStart(' ', '\t').TrimStart('\n'))).ToList();
        return parts.Count > 0 ? parts : [mail];
    }

    /// <summary>Header fields, unfolded; of repeated ones the first counts.</summary>
    public static IReadOnlyDictionary<string, string> Fields(string block)
    {
        var fields = new Dictionary<string, string>();
        foreach (var line in block.Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) fields.TryAdd(line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
        }

        return fields;
    }
}
