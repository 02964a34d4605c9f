using System.Security.Claims;

namespace Orchestrator.Host.Identity;

/// <summary>Who acts: a signed-in person, another system with a token, or the program itself.</summary>
public sealed record Actor(Guid? UserId, string UserName, string DisplayName, IReadOnlySet<string> Roles)
{
    /// <summary>The program: timers, guardrails, service tasks.</summary>
    public static readonly Actor System = new(null, "system", "Orchestrator", new HashSet<string>());

    public bool Is(string role) => Roles.Contains(role);

    public bool IsAny(params IEnumerable<string> roles) => roles.Any(Roles.Contains);

    /// <exception cref="InvalidOperationException">Nobody is signed in; endpoints require authorization before they ask.</exception>
    public static Actor From(ClaimsPrincipal user)
    {
        var id = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in.");
        return new Actor(
            Guid.Parse(id),
            user.Identity!.Name!,
            user.FindFirstValue(ClaimTypes.GivenName) ?? user.Identity.Name!,
            user.FindAll(ClaimTypes.Role).Select(claim => claim.Value).ToHashSet());
    }

    /// <summary>Binds an endpoint's parameter.</summary>
    public static ValueTask<Actor?> BindAsync(HttpContext http) =>
        ValueTask.FromResult(http.User.Identity?.IsAuthenticated == true ? From(http.User) : null);
}
