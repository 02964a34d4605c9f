using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Identity;

public sealed record SignInRequest(string UserName, string Password);

public sealed record UserView(Guid Id, string UserName, string DisplayName, string? DisplayNameEnglish, string? Email, string? WeComUserId, IReadOnlyList<string> Roles, bool IsDisabled, long Version)
{
    internal static UserView From(User user) =>
        new(user.Id, user.UserName, user.DisplayName, user.DisplayNameEnglish, user.Email, user.WeComUserId, user.Roles, user.IsDisabled, user.Version);
}

public sealed record NewToken(string Name, DateTimeOffset? ExpiresAt);

internal static class IdentityEndpoints
{
    public static void MapIdentity(this RouteGroupBuilder api)
    {
        api.MapPost("/session", SignInAsync).AllowAnonymous().WithName("SignIn");
        api.MapDelete("/session", async (HttpContext http) =>
        {
            await http.SignOutAsync();
            return TypedResults.NoContent();
        }).WithName("SignOut");
        api.MapGet("/session", (ClaimsPrincipal user) => Actor.From(user)).RequireRole().WithName("WhoAmI");

        var users = api.MapGroup("/users").RequireRole(Role.Admin);
        users.MapGet("", async (Users users, CancellationToken token) => (await users.ListAsync(token)).Select(UserView.From)).WithName("ListUsers");
        users.MapPost("", async (NewUser body, Users users, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await users.CreateAsync(body, Actor.From(user), token)).ToResult(texts, created => TypedResults.Created($"/api/v1/users/{created.Id}", UserView.From(created)))).WithName("CreateUser");
        users.MapGet("/{id:guid}", GetAsync).WithName("GetUser");
        users.MapPut("/{id:guid}", ChangeAsync).WithName("ChangeUser");
        users.MapPost("/{id:guid}/tokens", async (Guid id, NewToken body, Users users, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await users.CreateTokenAsync(id, body.Name, body.ExpiresAt, Actor.From(user), token)).ToResult(texts, text => TypedResults.Ok(new { token = text }))).WithName("CreateToken");
        users.MapDelete("/tokens/{id:guid}", async (Guid id, Users users, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await users.RevokeTokenAsync(id, Actor.From(user), token)).ToNoContent(texts)).WithName("RevokeToken");
    }

    private static async Task<IResult> SignInAsync(SignInRequest body, HttpContext http, PasswordSignIn signIn, Texts texts, CancellationToken cancellationToken)
    {
        var outcome = await signIn.SignInAsync(body.UserName, body.Password, cancellationToken);
        if (outcome.Refusal is { } refusal)
            return refusal.ToProblem(texts);
        await http.SignInAsync(outcome.Value);
        return TypedResults.Ok(Actor.From(outcome.Value));
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, Users users, Texts texts, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(id, cancellationToken) is not { } user)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        http.SetETag(user.Version);
        return TypedResults.Ok(UserView.From(user));
    }

    private static async Task<IResult> ChangeAsync(Guid id, UserChange body, HttpContext http, Users users, Texts texts, CancellationToken cancellationToken)
    {
        var version = http.ReadIfMatch();
        if (version.Refusal is { } refusal)
            return refusal.ToProblem(texts);
        var outcome = await users.ChangeAsync(id, version.Value, body, Actor.From(http.User), cancellationToken);
        return outcome.ToResult(texts, user =>
        {
            http.SetETag(user.Version);
            return TypedResults.Ok(UserView.From(user));
        });
    }
}
