using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Identity;

/// <summary>Ends a session whose user was disabled or changed password or roles since it began.</summary>
internal static class SessionStamp
{
    public const string Claim = "orchestrator:stamp";

    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var database = context.HttpContext.RequestServices.GetRequiredService<Database>();
        var id = Guid.Parse(context.Principal!.FindFirstValue(ClaimTypes.NameIdentifier)!);
        var stamp = await database.ReadAsync(
            (db, token) => db.Users.Where(user => user.Id == id && !user.IsDisabled).Select(user => user.SecurityStamp).SingleOrDefaultAsync(token),
            context.HttpContext.RequestAborted);
        if (stamp is not null && stamp == context.Principal!.FindFirstValue(Claim))
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }
}
