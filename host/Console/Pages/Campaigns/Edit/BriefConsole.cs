using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole.Views;

namespace Orchestrator.Host.WebConsole.Pages.Campaigns.Edit;

/// <summary>The parts of the brief's form that follow what is typed.</summary>
internal static class BriefConsole
{
    // They change nothing, hence no anti-forgery token and no key.
    public static void MapOccurrences(this RouteGroupBuilder console)
    {
        console.MapPost("/briefs/occurrences", OccurrencesAsync).RequireRole();
        console.MapPost("/briefs/due", DueAsync).RequireRole();
    }

    private static async Task<RazorComponentResult> DueAsync(int phase, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return new RazorComponentResult<DueLine>(new { Due = PhaseDue.Of(path => Typed(form, path), phase) });
    }

    private static async Task<RazorComponentResult> OccurrencesAsync(int phase, HttpContext http, BusinessClock clock)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return new RazorComponentResult<OccurrenceList>(new { Found = Occurrences.Of(path => Typed(form, path), phase, clock.GetUtcNow()) });
    }

    private static string? Typed(IFormCollection form, string path) => form[path].ToString().Trim() is { Length: > 0 } text ? text : null;
}
