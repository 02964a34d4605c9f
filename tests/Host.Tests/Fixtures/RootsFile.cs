using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Host.Tests.Fixtures;

/// <summary>A file with a root that channel accounts trust, for the program's setting.</summary>
internal sealed class RootsFile : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public RootsFile(X509Certificate2 root) => File.WriteAllText(path, root.ExportCertificatePem());

    public string Setting => $"--Orchestrator:ChannelRootsFile={path}";

    public void Dispose() => File.Delete(path);
}
