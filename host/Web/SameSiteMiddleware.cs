using Orchestrator.Host.Identity;

namespace Orchestrator.Host.Web;

/// <summary>
/// Cross-site request forgery at the API: a browser says in <c>Sec-Fetch-Site</c> (Fetch Metadata) where a request comes from; with a cookie,
/// anything that changes state from another site is refused. Console forms carry an anti-forgery token besides.
/// </summary>
internal sealed class SameSiteMiddleware(RequestDelegate next, Texts texts)
{
    public Task InvokeAsync(HttpContext http)
    {
        var site = http.Request.Headers["Sec-Fetch-Site"].ToString();
        var changes = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && !HttpMethods.IsOptions(http.Request.Method);
        return changes && http.User.Identity?.IsAuthenticated == true && !ApiTokenAuthentication.IsIn(http.Request) && (site is "cross-site" or "same-site")
            ? new Refusal("cross-site", StatusCodes.Status403Forbidden).ToProblem(texts).ExecuteAsync(http)
            : next(http);
    }
}
