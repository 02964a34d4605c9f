using Microsoft.AspNetCore.Components;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>A group of fields that shows itself by what was typed, or by what is stored where nothing was typed yet.</summary>
public abstract class FormPart : ComponentBase
{
    [CascadingParameter]
    public Refusal? Refusal { get; set; }

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    protected bool IsPosted => HttpMethods.IsPost(Http.Request.Method) && Http.Request.HasFormContentType;

    /// <summary>What the field shows: typed, else stored.</summary>
    protected string? Now(string path, string? stored) =>
        (IsPosted && Http.Request.Form.TryGetValue(path, out var typed) ? typed.ToString() : stored) is { Length: > 0 } text ? text : null;

    /// <summary>Whether something of which the path begins so was refused, added or removed just now.</summary>
    protected bool Concerns(string path) =>
        Refusal?.Problems.Any(problem => problem.Field.StartsWith(path, StringComparison.Ordinal)) == true
        || (IsPosted && (Http.Request.Form[BriefEntries.Add].ToString().StartsWith(path, StringComparison.Ordinal) || Http.Request.Form[BriefEntries.Drop].ToString().StartsWith(path, StringComparison.Ordinal)));

    /// <summary>What is stored of an entry; null where the form has none such yet, or no longer.</summary>
    protected T? Entry<T>(IReadOnlyList<T>? stored, int index, string list)
        where T : class =>
        IsPosted && PostedJson.Count(Http.Request.Form, list) <= index ? null : stored?.ElementAtOrDefault(index);

    protected static string? Text(decimal? number) => number?.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
}
