using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Demo;

/// <summary>
/// Whether this database is a demo, for ever: a demo stays in the sandbox, lets people on this machine switch between its users, and its clock
/// may be moved. Made once, on an empty database, in Development.
/// </summary>
internal sealed class DemoWorkspace(Database database, Users users, IPasswordHasher<string> hasher, DemoAccounts accounts, OrchestratorOptions options, IHostEnvironment environment, BusinessClock clock) : IStartupStep
{
    /// <summary>The parent of a demo server hands the password over in this variable.</summary>
    public const string PasswordVariable = "ORCHESTRATOR_DEMO_PASSWORD";

    /// <summary>The setting that makes a database a demo.</summary>
    public const string Marker = "demo";
    private const string PasswordKey = "demo.password";
    private const string ClockKey = "demo.clock";
    private const string SeededKey = "demo.seeded";

    public int Order => 10;

    public bool IsDemo { get; private set; }

    /// <summary>What its users sign in with; random per workspace.</summary>
    public string Password { get; private set; } = "";

    /// <summary>Whether the campaigns were seeded too.</summary>
    public bool IsSeeded { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async (tx, token) =>
            {
                var isEmpty = !await tx.Db.Users.AnyAsync(token);
                if (isEmpty && environment.IsDevelopment() && options.SeedDemo != false)
                    await MakeAsync(tx, token);
            },
            cancellationToken);
        var settings = await database.ReadAsync((db, token) => db.Set<WorkspaceSetting>().ToDictionaryAsync(row => row.Key, row => row.Value, token), cancellationToken);
        IsDemo = settings.ContainsKey(Marker);
        IsSeeded = settings.ContainsKey(SeededKey);
        Password = settings.GetValueOrDefault(PasswordKey, "");
        if (IsDemo && settings.TryGetValue(ClockKey, out var at))
            clock.FreezeAt(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)));
    }

    /// <summary>Stops the business clock at <paramref name="now"/>, over restarts too; null lets it run with the real one again.</summary>
    public Task SetClockAsync(DateTimeOffset? now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                await PutAsync(tx, ClockKey, now?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), token);
                tx.AfterCommit(() =>
                {
                    if (now is { } at)
                        clock.FreezeAt(at);
                    else
                        clock.Release();
                });
            },
            cancellationToken);

    public async Task MarkSeededAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync((tx, token) => PutAsync(tx, SeededKey, "true", token), cancellationToken);
        IsSeeded = true;
    }

    private async Task MakeAsync(WriteTransaction tx, CancellationToken cancellationToken)
    {
        var password = Environment.GetEnvironmentVariable(PasswordVariable) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        await PutAsync(tx, Marker, "true", cancellationToken);
        await PutAsync(tx, PasswordKey, password, cancellationToken);
        // They share a password, so they may share its hash, which takes its time on purpose.
        var hash = hasher.HashPassword("", password);
        foreach (var person in DemoPerson.All)
        {
            var user = (await users.CreateAsync(tx, new NewUser(person.UserName, person.Name, person.EnglishName, $"{person.UserName}@heguang.example", person.UserName, null, person.Roles), Actor.System, cancellationToken)).Value;
            user.PasswordHash = hash;
        }
        await accounts.MakeAsync(tx, password, clock.GetUtcNow(), cancellationToken);
    }

    private static async Task PutAsync(WriteTransaction tx, string key, string? value, CancellationToken cancellationToken)
    {
        var row = await tx.Db.Set<WorkspaceSetting>().FindAsync([key], cancellationToken);
        if (value is null && row is not null)
            tx.Db.Remove(row);
        else if (value is not null && row is null)
            tx.Db.Add(new WorkspaceSetting { Key = key, Value = value });
        else if (value is not null)
            row!.Value = value;
    }
}
