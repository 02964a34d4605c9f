using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Host.Reachouts;

/// <summary>The roots that channel accounts trust besides the system's.</summary>
internal static class ChannelRoots
{
    /// <exception cref="CryptographicException">The file holds something else.</exception>
    public static X509Certificate2Collection Read(string? file)
    {
        var roots = new X509Certificate2Collection();
        if (!string.IsNullOrEmpty(file))
            roots.ImportFromPemFile(file);
        return roots;
    }

    /// <summary>Whether there is no file, or one with certificates.</summary>
    public static bool CanRead(string? file)
    {
        try
        {
            return string.IsNullOrEmpty(file) || Read(file).Count > 0;
        }
        catch (Exception wrong) when (wrong is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
