using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>
/// A form that was carried out before (double click, reload, lost reply) leads to the page as it is now. The page itself could not say so: the
/// form is often gone from it.
/// </summary>
internal sealed class SentBefore(RequestDelegate next, Database database)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !http.Request.HasFormContentType || http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            await next(http);
            return;
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var key = form[ConsolePage.IdempotencyField].ToString();
        var user = http.User.Identity?.Name ?? "";
        if (key.Length > 0 && await database.ReadAsync((db, token) => db.Set<IdempotencyRecord>().AnyAsync(row => row.UserName == user && row.Key == key, token), http.RequestAborted))
            http.Response.Redirect(http.Request.Path + http.Request.QueryString);
        else
            await next(http);
    }
}
