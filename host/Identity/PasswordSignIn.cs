using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Identity;

/// <summary>Checks passwords: PBKDF2 by the framework's hasher, five failures lock the account for five minutes.</summary>
public sealed class PasswordSignIn(Database database, IPasswordHasher<string> hasher, TimeProvider clock)
{
    private const int FailuresBeforeLock = 5;
    private static readonly TimeSpan LockTime = TimeSpan.FromMinutes(5);

    // Compared against when the user is unknown, so that the time taken does not tell who exists.
    private readonly string nobodysHash = hasher.HashPassword("", "nobody's password");

    public async Task<Outcome<ClaimsPrincipal>> SignInAsync(string userName, string password, CancellationToken cancellationToken) =>
        await database.WriteAsync((tx, token) => CheckAsync(tx, userName, password, token), cancellationToken) is { } user
            ? Principal(user, CookieAuthenticationDefaults.AuthenticationScheme)
            : new Refusal("sign-in-failed", StatusCodes.Status401Unauthorized);

    private async Task<User?> CheckAsync(WriteTransaction tx, string userName, string password, CancellationToken cancellationToken)
    {
        var user = await tx.Db.Users.SingleOrDefaultAsync(row => row.UserName == userName, cancellationToken);
        var verified = hasher.VerifyHashedPassword("", user?.PasswordHash ?? nobodysHash, password) != PasswordVerificationResult.Failed;
        var now = clock.GetUtcNow();
        if (user is null || user.IsDisabled || user.PasswordHash is null || user.LockedUntil > now)
            return null;
        user.FailedSignIns = verified ? 0 : user.FailedSignIns + 1;
        user.LockedUntil = null;
        if (user.FailedSignIns >= FailuresBeforeLock)
            (user.FailedSignIns, user.LockedUntil) = (0, now + LockTime);
        return verified ? user : null;
    }

    internal static ClaimsPrincipal Principal(User user, string scheme)
    {
        var claims = new List<Claim>
        {
            new(ClaimTypes.NameIdentifier, user.Id.ToString()),
            new(ClaimTypes.Name, user.UserName),
            new(ClaimTypes.GivenName, user.DisplayName),
            new(SessionStamp.Claim, user.SecurityStamp),
        };
        claims.AddRange(user.Roles.Select(role => new Claim(ClaimTypes.Role, role)));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }
}
