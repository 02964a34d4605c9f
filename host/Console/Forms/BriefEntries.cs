using System.Globalization;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>The buttons of a form that add or remove an entry of a list: nothing is saved, the page comes back with what was typed.</summary>
internal static class BriefEntries
{
    /// <summary>Name of a button that adds to the list that is its value.</summary>
    public const string Add = "_add";

    /// <summary>Name of a button that removes the entry whose path is its value.</summary>
    public const string Drop = "_drop";

    public static bool IsAsked(IFormCollection form) => form.ContainsKey(Add) || form.ContainsKey(Drop);

    /// <summary>Entries of a list to show: those typed, and as many more as its button adds; on a GET those stored.</summary>
    /// <param name="first">How many the first press adds.</param>
    public static int Count(HttpContext http, string list, int stored, int first = 1)
    {
        if (!IsPosted(http))
            return stored;
        var typed = PostedJson.Count(http.Request.Form, list);
        return typed + (http.Request.Form[Add] != list ? 0 : typed == 0 ? first : 1);
    }

    /// <summary>Takes the entry that the pressed button names out of the posted form; those behind it move up.</summary>
    public static void DropAsked(HttpContext http)
    {
        if (!IsPosted(http) || http.Request.Form[Drop].ToString() is not [.., ']'] entry)
            return;
        var open = entry.LastIndexOf('[');
        if (open < 1 || !int.TryParse(entry.AsSpan(open + 1, entry.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return;
        var list = entry[..(open + 1)];
        var fields = http.Request.Form.Select(field => (Key: Moved(field.Key, list, index), field.Value)).Where(field => field.Key is not null);
        http.Request.Form = new FormCollection(fields.ToDictionary(field => field.Key!, field => field.Value), http.Request.Form.Files);
    }

    /// <returns>Null: the field belongs to the entry that goes.</returns>
    private static string? Moved(string field, string list, int dropped)
    {
        if (!field.StartsWith(list, StringComparison.Ordinal) || field.IndexOf(']', list.Length) is not (> 0 and var close)
            || !int.TryParse(field.AsSpan(list.Length, close - list.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return field;
        return index == dropped ? null : index < dropped ? field : string.Create(CultureInfo.InvariantCulture, $"{list}{index - 1}{field.AsSpan(close)}");
    }

    private static bool IsPosted(HttpContext http) => HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType;
}
