using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Orchestrator.Host.Audiences;

/// <summary>Opaque paging cursor: the key of the last row of a page.</summary>
internal static class Cursor
{
    public static string Write(long key) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(key.ToString(CultureInfo.InvariantCulture)));

    /// <returns>False for a text that is no cursor of ours; without a cursor, the beginning.</returns>
    public static bool TryRead(string? text, out long key)
    {
        key = 0;
        if (string.IsNullOrEmpty(text))
            return true;
        return Base64Url.IsValid(text)
            && long.TryParse(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)), NumberStyles.None, CultureInfo.InvariantCulture, out key);
    }
}
