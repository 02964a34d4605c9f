using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole.Views;

namespace Orchestrator.Host.WebConsole.Pages.Campaigns.Edit;

/// <summary>The part of the brief's form that follows what is typed.</summary>
internal static class BriefConsole
{
    public static void MapOccurrences(this RouteGroupBuilder console) =>
        console.MapPost("/briefs/occurrences", OccurrencesAsync).RequireRole();

    // Changes nothing, hence no anti-forgery token and no key.
    private static async Task<RazorComponentResult> OccurrencesAsync(int phase, HttpContext http, BusinessClock clock)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return new RazorComponentResult<OccurrenceList>(new { Found = Occurrences.Of(path => form[path].ToString().Trim() is { Length: > 0 } text ? text : null, phase, clock.GetUtcNow()) });
    }
}
