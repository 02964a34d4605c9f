using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Host.Storage;

/// <summary>Keeps the ring of ASP.NET Data Protection in the database, sealed by the master key, so that any node reads any node's cookies.</summary>
internal sealed class CookieKeyRing(IDbContextFactory<OrchestratorDb> contexts, MasterKey master) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = contexts.CreateDbContext();
        return [.. db.Set<CookieKey>().AsNoTracking().AsEnumerable().Select(row => XElement.Parse(
            Encoding.UTF8.GetString(PersonalData.Open(master.Bytes, Convert.FromBase64String(row.Sealed), Place(row.Name)))))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var db = contexts.CreateDbContext();
        var box = PersonalData.Seal(master.Bytes, Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)), Place(friendlyName));
        db.Add(new CookieKey { Name = friendlyName, Sealed = Convert.ToBase64String(box) });
        db.SaveChanges();
    }

    /// <summary>Seals a key of the ring with another master key.</summary>
    internal static string Reseal(CookieKey row, MasterKey from, MasterKey to) =>
        Convert.ToBase64String(PersonalData.Seal(to.Bytes, PersonalData.Open(from.Bytes, Convert.FromBase64String(row.Sealed), Place(row.Name)), Place(row.Name)));

    private static byte[] Place(string name) => Encoding.UTF8.GetBytes($"cookie_keys:{name}");
}
