using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole.Forms;

namespace Orchestrator.Host.WebConsole.Pages.Customers;

/// <summary>A segment as it is typed, and the count that follows the typing.</summary>
internal static class SegmentConsole
{
    public const string Authors = $"{Role.Owner},{Role.BusinessHead},{Role.Risk},{Role.Platform},{Role.Admin}";
    private const int Examples = 8;
    private static readonly string[] Needed = ["key", "zh", "en", "default"];

    public static void MapSegmentCount(this RouteGroupBuilder console) =>
        console.MapPost("/segments/count", CountTypedAsync).RequireRole(Authors.Split(','));

    public static async Task<Outcome<SegmentPreview>> CountAsync(SegmentBody body, SegmentLibrary library, Segments segments, CancellationToken cancellationToken)
    {
        var rule = await library.TryAsync(body, cancellationToken);
        return rule.Refusal is { } refusal ? refusal : await segments.PreviewAsync(rule.Value, Examples, cancellationToken);
    }

    /// <summary>Rows of parameters of which nothing was filled in do not count.</summary>
    public static Outcome<SegmentBody> Read(IFormCollection posted, string? key)
    {
        string Text(string field) => posted[field].ToString().Trim();
        var problems = new List<FieldProblem>();
        decimal? Number(string field)
        {
            if (Text(field).Length == 0)
                return null;
            if (decimal.TryParse(Text(field), NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
                return number;
            problems.Add(new FieldProblem(field, "segments.no-number"));
            return null;
        }
        var parameters = new List<SegmentParameter>();
        for (var i = 0; i < PostedJson.Count(posted, "parameters"); i++)
        {
            var at = $"parameters[{i}]";
            var label = new BothLanguages(Text($"{at}.zh"), Text($"{at}.en"));
            var (value, min, max) = (Number($"{at}.default"), Number($"{at}.min"), Number($"{at}.max"));
            if (Text($"{at}.key").Length == 0 && label is { Zh.Length: 0, En.Length: 0 } && value is null)
                continue;
            foreach (var missing in Needed.Where(part => Text($"{at}.{part}").Length == 0))
                problems.Add(new FieldProblem($"{at}.{missing}", "field.required"));
            parameters.Add(new SegmentParameter(Text($"{at}.key"), "number", label, value ?? 0, min, max));
        }
        if (problems.Count > 0)
            return Refusal.Invalid([.. problems]);
        var description = new BothLanguages(Text("descriptionZh"), Text("descriptionEn"));
        return new SegmentBody(key ?? Text("id"), new BothLanguages(Text("nameZh"), Text("nameEn")), description is { Zh.Length: 0, En.Length: 0 } ? null : description, parameters, Text("rule"));
    }

    // Changes nothing, hence no anti-forgery token and no key.
    private static async Task<RazorComponentResult> CountTypedAsync(HttpContext http, SegmentLibrary library, Segments segments)
    {
        var read = Read(await http.Request.ReadFormAsync(http.RequestAborted), null);
        var outcome = read.Refusal is { } refusal ? refusal : await CountAsync(read.Value, library, segments, http.RequestAborted);
        return new RazorComponentResult<SegmentCountView>(new { Outcome = outcome });
    }
}
