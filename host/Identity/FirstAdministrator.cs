using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Identity;

/// <summary>An installation without users gets one administrator, whose password is shown once on the terminal.</summary>
internal sealed class FirstAdministrator(Database database, Users users) : IStartupStep
{
    public int Order => 900;   // after the demo, which brings users of its own

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((db, token) => db.Users.AnyAsync(token), cancellationToken))
            return;
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        _ = (await users.CreateAsync(new NewUser("admin", "系统管理员", "Administrator", null, null, password, [Role.Admin]), Actor.System, cancellationToken)).Value;
        // Standard output, not the log: logs are kept and shipped.
        Console.WriteLine($"First start: sign in as admin with password {password} and change it.");
    }
}
