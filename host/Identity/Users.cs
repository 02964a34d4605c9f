using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Identity;

public sealed record NewUser(string UserName, string DisplayName, string? DisplayNameEnglish, string? Email, string? WeComUserId, string? Password, IReadOnlyList<string> Roles);

public sealed record UserChange(string DisplayName, string? DisplayNameEnglish, string? Email, string? WeComUserId, IReadOnlyList<string> Roles, bool IsDisabled, string? NewPassword = null);

/// <summary>User management: every change is on the chain <c>users</c>; passwords and tokens are never in it.</summary>
public sealed partial class Users(Database database, IPasswordHasher<string> hasher, AuditChain audit, BusinessClock clock)
{
    public const string Chain = "users";
    private const int PasswordMinimum = 10;

    [GeneratedRegex(@"^[A-Za-z0-9._-]{2,64}$")]
    private static partial Regex UserNamePattern();

    public Task<List<User>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Users.OrderBy(user => user.UserName).ToListAsync(token), cancellationToken);

    public Task<User?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Users.SingleOrDefaultAsync(user => user.Id == id, token), cancellationToken);

    public Task<Outcome<User>> CreateAsync(NewUser command, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => CreateAsync(tx, command, actor, token), cancellationToken);

    /// <summary>As part of a larger transaction.</summary>
    public async Task<Outcome<User>> CreateAsync(WriteTransaction tx, NewUser command, Actor actor, CancellationToken cancellationToken)
    {
        var problems = Check(command.DisplayName, command.Roles, command.Password).ToList();
        if (!UserNamePattern().IsMatch(command.UserName))
            problems.Add(new FieldProblem("userName", "field.user-name"));
        if (problems.Count > 0)
            return Refusal.Invalid([.. problems]);
        if (await tx.Db.Users.AnyAsync(user => user.UserName == command.UserName, cancellationToken))
            return Refusal.Conflict("user-exists", command.UserName);
        var now = clock.GetUtcNow();
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            UserName = command.UserName,
            DisplayName = command.DisplayName,
            DisplayNameEnglish = command.DisplayNameEnglish,
            Email = command.Email,
            WeComUserId = command.WeComUserId,
            PasswordHash = command.Password is null ? null : hasher.HashPassword("", command.Password),
            Roles = [.. command.Roles],
            SecurityStamp = NewStamp(),
            CreatedAt = now,
        };
        tx.Db.Add(user);
        await audit.AppendAsync(tx, Chain, actor, cancellationToken, new AuditEntry("user-created", user.UserName, new { user.Roles }));
        return user;
    }

    public Task<Outcome<User>> ChangeAsync(Guid id, long version, UserChange command, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<User>>(
            async (tx, token) =>
            {
                if (await tx.Db.Users.SingleOrDefaultAsync(row => row.Id == id, token) is not { } user)
                    return Refusal.NotFound(id.ToString());
                if (user.Version != version)
                    return Refusal.Stale;
                if (Check(command.DisplayName, command.Roles, command.NewPassword).ToArray() is { Length: > 0 } problems)
                    return Refusal.Invalid(problems);
                if (LosesAdmin(user, command) && !await tx.Db.Users.AnyAsync(other => other.Id != id && !other.IsDisabled && other.Roles.Contains(Role.Admin), token))
                    return Refusal.Conflict("last-admin", user.DisplayName);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("user-changed", user.UserName, new { before = new { user.Roles, user.IsDisabled }, after = new { command.Roles, command.IsDisabled }, password = command.NewPassword is not null }));
                Apply(user, command);
                return user;
            },
            cancellationToken);

    /// <returns>The token's text: shown once, kept only as a hash.</returns>
    public Task<Outcome<string>> CreateTokenAsync(Guid userId, string name, DateTimeOffset? expiresAt, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<string>>(
            async (tx, token) =>
            {
                if (await tx.Db.Users.SingleOrDefaultAsync(row => row.Id == userId, token) is not { } user)
                    return Refusal.NotFound(userId.ToString());
                var now = clock.GetUtcNow();
                var text = ApiTokenAuthentication.Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
                var row = new ApiToken { Id = Guid.CreateVersion7(now), UserId = userId, Name = name, Sha256 = ApiTokenAuthentication.Sha256(text), CreatedAt = now, ExpiresAt = expiresAt };
                tx.Db.Add(row);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("token-created", user.UserName, new { row.Id, name, expiresAt }));
                return text;
            },
            cancellationToken);

    public Task<Outcome<Done>> RevokeTokenAsync(Guid tokenId, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (await tx.Db.ApiTokens.SingleOrDefaultAsync(row => row.Id == tokenId, token) is not { } row)
                    return Refusal.NotFound(tokenId.ToString());
                row.RevokedAt ??= clock.GetUtcNow();
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("token-revoked", null, new { row.Id, row.Name }));
                return Done.Value;
            },
            cancellationToken);

    private void Apply(User user, UserChange command)
    {
        user.DisplayName = command.DisplayName;
        user.DisplayNameEnglish = command.DisplayNameEnglish;
        user.Email = command.Email;
        user.WeComUserId = command.WeComUserId;
        if (command.NewPassword is not null || command.IsDisabled != user.IsDisabled || !user.Roles.ToHashSet().SetEquals(command.Roles))
            user.SecurityStamp = NewStamp();
        user.Roles = [.. command.Roles];
        user.IsDisabled = command.IsDisabled;
        if (command.NewPassword is not null)
            user.PasswordHash = hasher.HashPassword("", command.NewPassword);
        user.Version++;
    }

    private static bool LosesAdmin(User user, UserChange command) =>
        user.Roles.Contains(Role.Admin) && !user.IsDisabled && (command.IsDisabled || !command.Roles.Contains(Role.Admin));

    private static IEnumerable<FieldProblem> Check(string displayName, IReadOnlyList<string> roles, string? password)
    {
        if (string.IsNullOrWhiteSpace(displayName))
            yield return new FieldProblem("displayName", "field.required");
        foreach (var role in roles.Where(role => !Role.All.Contains(role)))
            yield return new FieldProblem("roles", "field.role-unknown", role);
        if (password is { Length: < PasswordMinimum })
            yield return new FieldProblem("password", "field.password-short", PasswordMinimum);
    }

    private static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
