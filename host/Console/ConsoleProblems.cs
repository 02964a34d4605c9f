using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Host.WebConsole.Pages;

namespace Orchestrator.Host.WebConsole;

/// <summary>Failures as pages for people; the API answers with problem details instead.</summary>
internal static class ConsoleProblems
{
    public static bool IsPage(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static async Task AnswerAsync(HttpContext http, int status)
    {
        // The failed page has used this request's component services up.
        var services = http.RequestServices;
        await using var scope = services.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        // Set by the first rendering, and added, not set, by the second.
        http.Response.Headers.Remove("blazor-enhanced-nav");
        var page = new RazorComponentResult<ProblemDocument>(new { Status = status }) { StatusCode = status };
        try
        {
            await page.ExecuteAsync(http);
        }
        finally
        {
            http.RequestServices = services;
        }
    }

    /// <summary>Gives an answer that has a status and no body the page that says so.</summary>
    public static async Task FillAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null } && IsPage(http))
            await AnswerAsync(http, http.Response.StatusCode);
    }
}
