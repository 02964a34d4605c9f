using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Orchestrator.Channels.Tests.Email;

/// <summary>Runs smtp_server.py on a free port with a certificate of its own.</summary>
internal sealed class AiosmtpdServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private AiosmtpdServer(Process process, DirectoryInfo folder, int port, X509Certificate2 certificate) =>
        (_process, _folder, Port, Certificate) = (process, folder, port, certificate);

    public int Port { get; }

    public X509Certificate2 Certificate { get; }

    public string CertificateFile => Path.Combine(_folder.FullName, "cert.pem");

    public static async Task<AiosmtpdServer> StartAsync(string mode, string mechanism, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-smtp-");
        var certificate = WriteCertificate(folder.FullName);
        var script = Path.Combine(AppContext.BaseDirectory, "Email", "smtp_server.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, mode, Path.Combine(folder.FullName, "cert.pem"), Path.Combine(folder.FullName, "key.pem"), mechanism])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var first = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("python3-aiosmtpd did not start; tests/run.sh installs it.");
        using var json = JsonDocument.Parse(first);
        return new AiosmtpdServer(process, folder, json.RootElement.GetProperty("port").GetInt32(), certificate);
    }

    public async Task<JsonElement> NextMailAsync(CancellationToken cancellationToken)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
        using var json = JsonDocument.Parse(line!);
        return json.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
        Certificate.Dispose();
    }

    private static X509Certificate2 WriteCertificate(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Mail server under test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }
}
