using Microsoft.AspNetCore.Components;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>
/// A form field named by its JSON path. After a refusal it shows what was typed, not what is stored, and says what is wrong with it.
/// </summary>
public abstract class FieldBase : ComponentBase
{
    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public string? Value { get; set; }

    [Parameter]
    public string? Help { get; set; }

    [Parameter]
    public bool Required { get; set; }

    [Parameter]
    public bool ReadOnly { get; set; }

    [CascadingParameter]
    public Refusal? Refusal { get; set; }

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    protected string Id => FieldIds.Of(Path);

    protected string? Shown => IsPosted && Http.Request.Form.TryGetValue(Path, out var posted) ? posted.ToString() : Value;

    protected IEnumerable<FieldProblem> Problems => Refusal?.Problems.Where(problem => problem.Field == Path) ?? [];

    protected bool IsWrong => Problems.Any();

    protected string? DescribedBy => (Help, IsWrong) switch
    {
        (null, false) => null,
        (not null, false) => $"{Id}-help",
        (null, true) => $"{Id}-error",
        _ => $"{Id}-help {Id}-error",
    };

    protected bool IsPosted => HttpMethods.IsPost(Http.Request.Method) && Http.Request.HasFormContentType;

    /// <summary>The form comes back as it was typed: refused, compared, or an entry was added or removed. Boxes that are not posted are not ticked.</summary>
    protected bool IsTyped => IsPosted && (Refusal is not null || BriefEntries.IsAsked(Http.Request.Form) || Http.Request.Form.ContainsKey(PostedRule.Compare));

    /// <summary>The chosen values of a field that may have several.</summary>
    protected IReadOnlySet<string> Chosen(IEnumerable<string> stored) =>
        IsTyped ? Http.Request.Form[Path].OfType<string>().ToHashSet() : stored.ToHashSet();
}
