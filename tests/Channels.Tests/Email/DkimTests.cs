using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Channels.Email;

namespace Orchestrator.Channels.Tests.Email;

public sealed class DkimTests
{
    [Fact]
    public void Canonical_forms_are_those_of_RFC_6376_section_3_4_5()
    {
        Assert.Equal("a:X", DkimSigner.RelaxHeader(new("A", " X")));
        Assert.Equal("b:Y Z", DkimSigner.RelaxHeader(new("B ", " Y\t\r\n\tZ  ")));
        Assert.Equal(" C\r\nD E\r\n", DkimSigner.RelaxBody(" C \r\nD \t E\r\n\r\n\r\n"));
        Assert.Equal("", DkimSigner.RelaxBody("\r\n\r\n"));
    }

    [Fact]
    public void The_body_hash_is_that_of_RFC_6376_appendix_A()
    {
        const string body = "Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n";

        Assert.Equal("2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=", Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(DkimSigner.RelaxBody(body)))));
    }

    [Fact]
    public async Task A_signed_mail_verifies_after_its_way_through_a_real_server()
    {
        using var key = RSA.Create(2048);
        await using var server = await AiosmtpdServer.StartAsync("plain", "none", TestContext.Current.CancellationToken);
        await using var channel = SmtpChannelTests.Open(server.Port, settings =>
        {
            settings["dkimSelector"] = "s1";
            settings["dkimPrivateKey"] = key.ExportPkcs8PrivateKeyPem();
        });

        await channel.SendAsync([SmtpChannelTests.Mail("a@example.com")], TestContext.Current.CancellationToken);

        var raw = (await server.NextMailAsync(TestContext.Current.CancellationToken)).GetProperty("raw").GetString()!;
        Assert.True(Verifies(raw, key));
        Assert.False(Verifies(raw.Replace("List-Unsubscribe=One-Click", "List-Unsubscribe=Never", StringComparison.Ordinal), key));
        Assert.Contains("List-Unsubscribe-Post", Regex.Match(raw, "h=([^;]*);").Value, StringComparison.Ordinal);
    }

    /// <summary>A verifier written from the RFC's section 6, apart from the signer.</summary>
    private static bool Verifies(string raw, RSA key)
    {
        var split = raw.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var headers = Regex.Replace(raw[..split], "\r\n[ \t]", " ").Split("\r\n").Select(line => line.Split(':', 2)).ToList();
        var signature = headers.First(h => h[0] == "DKIM-Signature")[1];
        var tags = signature.Split(';').Select(t => t.Split('=', 2)).ToDictionary(t => t[0].Trim(), t => Regex.Replace(t[1], "\\s", ""));
        var body = Regex.Replace(Regex.Replace(raw[(split + 4)..], "[ \t]+", " "), " \r\n", "\r\n").TrimEnd() + "\r\n";
        if (Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body))) != tags["bh"]) return false;
        var text = string.Concat(tags["h"].Split(':').Select(name => headers.Last(h => h[0].Equals(name, StringComparison.OrdinalIgnoreCase)))
            .Select(h => $"{h[0].ToLowerInvariant()}:{Regex.Replace(h[1], "[ \t]+", " ").Trim()}\r\n"));
        text += "dkim-signature:" + Regex.Replace(Regex.Replace(signature, "(b=)[^;]*$", "$1"), "[ \t]+", " ").Trim();
        return key.VerifyData(Encoding.UTF8.GetBytes(text), Convert.FromBase64String(tags["b"]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
