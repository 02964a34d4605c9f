using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Storage;

public sealed class MasterKeyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task After_a_rotation_the_new_key_opens_everything_and_the_old_one_nothing(DatabaseDialect dialect)
    {
        var directory = Directory.CreateTempSubdirectory("orchestrator-keys-").FullName;
        var postgres = dialect == DatabaseDialect.PostgreSql ? await TestPostgres.CreateDatabaseAsync() : null;
        var (first, second) = (Path.Combine(directory, "first.key"), Path.Combine(directory, "second.key"));
        foreach (var file in new[] { first, second })
            await File.WriteAllTextAsync(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Token);
        string sealedText, lookup;
        await using (var app = OrchestratorApp.Create(Settings(directory, postgres, first)))
        {
            await app.InitialiseAsync(Token);
            var personal = app.Services.GetRequiredService<PersonalData>();
            (sealedText, lookup) = (personal.Protect("+8613800000000", "here")!, personal.Lookup("phone", "+8613800000000"));
            await Assert.ThrowsAsync<InvalidOperationException>(() => app.Services.GetRequiredService<MasterKeyRotation>().RotateAsync(MasterKey.Read(first), Token));
            if (dialect == DatabaseDialect.PostgreSql)
                Assert.Contains("Stop every node", (await Assert.ThrowsAsync<InvalidOperationException>(() => app.Services.GetRequiredService<MasterKeyRotation>().RotateAsync(MasterKey.Read(second), Token))).Message, StringComparison.Ordinal);
            await app.Services.GetRequiredService<Database>().WriteAsync((tx, token) => tx.Db.Set<Orchestrator.Host.Scheduling.Node>().ExecuteDeleteAsync(token), Token);
        }

        await using (var app = OrchestratorApp.Create(Settings(directory, postgres, first)))
            Assert.True(await app.Services.GetRequiredService<MasterKeyRotation>().RotateAsync(MasterKey.Read(second), Token) >= 2);

        await using (var app = OrchestratorApp.Create(Settings(directory, postgres, second)))
        {
            await app.InitialiseAsync(Token);
            var personal = app.Services.GetRequiredService<PersonalData>();
            Assert.Equal("+8613800000000", personal.Unprotect(sealedText, "here"));
            Assert.Equal(lookup, personal.Lookup("phone", "+8613800000000"));
            Assert.True(await app.Services.GetRequiredService<Database>().ReadAsync((db, token) => db.AuditEvents.AnyAsync(row => row.Chain == MasterKeyRotation.Chain, token), Token));
        }
        await using (var app = OrchestratorApp.Create(Settings(directory, postgres, first)))
            await Assert.ThrowsAsync<InvalidOperationException>(() => app.InitialiseAsync(Token));
        if (postgres is not null)
            await TestPostgres.DropAsync(postgres);
        Directory.Delete(directory, recursive: true);
    }

    private static string[] Settings(string directory, string? postgres, string key) =>
    [
        "--environment", "Development", "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Error", "--Orchestrator:SeedDemo=false",
        $"--Orchestrator:DataDirectory={directory}/data", $"--Orchestrator:MasterKeyFile={key}",
        .. postgres is null ? Array.Empty<string>() : [$"--Orchestrator:PostgreSql={postgres}"],
    ];
}
