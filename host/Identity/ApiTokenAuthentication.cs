using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Identity;

/// <summary><c>Authorization: Bearer orc_…</c> (RFC 6750) for programs. A token acts as its user.</summary>
internal sealed class ApiTokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Database database, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiToken";
    public const string Prefix = "orc_";

    public static bool IsIn(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith($"Bearer {Prefix}", StringComparison.Ordinal);

    public static string Sha256(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsIn(Request))
            return AuthenticateResult.NoResult();
        var hash = Sha256(Request.Headers.Authorization.ToString()["Bearer ".Length..].Trim());
        var now = clock.GetUtcNow();
        var user = await database.ReadAsync(
            (db, token) => (from row in db.ApiTokens
                            join owner in db.Users on row.UserId equals owner.Id
                            where row.Sha256 == hash && row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now) && !owner.IsDisabled
                            select owner).SingleOrDefaultAsync(token),
            Context.RequestAborted);
        return user is null
            ? AuthenticateResult.Fail("The token is unknown, expired or revoked.")
            : AuthenticateResult.Success(new AuthenticationTicket(PasswordSignIn.Principal(user, Scheme.Name), Scheme.Name));
    }
}
