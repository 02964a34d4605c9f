using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Channels.Email;

/// <summary>Signs mails with DKIM (RFC 6376): rsa-sha256, relaxed/relaxed.</summary>
internal sealed partial class DkimSigner : IDisposable
{
    private static readonly string[] Signed =
        ["From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "List-Unsubscribe", "List-Unsubscribe-Post"];

    private readonly RSA _key = RSA.Create();
    private readonly string _domain;
    private readonly string _selector;

    /// <exception cref="ArgumentException">The key is no RSA private key in PEM.</exception>
    public DkimSigner(string domain, string selector, string privateKeyPem)
    {
        (_domain, _selector) = (domain, selector);
        _key.ImportFromPem(privateKeyPem);
    }

    /// <summary>The header to put in front.</summary>
    public KeyValuePair<string, string> Sign(IReadOnlyList<KeyValuePair<string, string>> headers, string body, DateTimeOffset now)
    {
        var present = Signed.Where(name => headers.Any(h => Is(h, name))).ToList();
        var bodyHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(RelaxBody(body))));
        var unsigned = string.Create(CultureInfo.InvariantCulture,
            $"v=1; a=rsa-sha256; c=relaxed/relaxed; d={_domain}; s={_selector};\r\n t={now.ToUnixTimeSeconds()}; h={string.Join(':', present)};\r\n bh={bodyHash};\r\n b=");
        var text = new StringBuilder();
        foreach (var name in present) text.Append(RelaxHeader(headers.Last(h => Is(h, name)))).Append("\r\n");
        text.Append(RelaxHeader(new("DKIM-Signature", unsigned)));
        var signature = Convert.ToBase64String(SignData(text.ToString()));
        return new("DKIM-Signature", unsigned + string.Join("\r\n ", signature.Chunk(70).Select(c => new string(c))));
    }

    public void Dispose() => _key.Dispose();

    internal static string RelaxHeader(KeyValuePair<string, string> header) =>
        $"{header.Key.Trim().ToLowerInvariant()}:{Blanks().Replace(header.Value.Replace("\r\n", "", StringComparison.Ordinal), " ").Trim()}";

    internal static string RelaxBody(string body)
    {
        var lines = body.Split("\r\n").Select(line => Blanks().Replace(line, " ").TrimEnd(' '));
        var text = string.Join("\r\n", lines).TrimEnd('\r', '\n');
        return text.Length == 0 ? "" : text + "\r\n";
    }

    // RSA.SignData is not documented as thread-safe on every platform; a signature takes far less than a round trip.
    private byte[] SignData(string text)
    {
        lock (_key) return _key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static bool Is(KeyValuePair<string, string> header, string name) => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Blanks();
}
