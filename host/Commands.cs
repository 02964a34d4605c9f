using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host;

/// <summary>The command line. Without a command the program serves; settings such as <c>--urls</c> or <c>--Orchestrator:PostgreSql=…</c> go to the configuration.</summary>
internal static class Commands
{
    public static RootCommand Root()
    {
        var root = new RootCommand("Orchestrator: campaign operations from idea to retrospective.") { TreatUnmatchedTokensAsErrors = false };
        root.SetAction((parsed, token) => ServeAsync([.. parsed.UnmatchedTokens], token));
        root.Subcommands.Add(Passing(new Command("serve", "Run the server (default)."), ServeAsync));
        root.Subcommands.Add(Passing(new Command("migrate", "Bring the database schema up to date and exit."), MigrateAsync));
        root.Subcommands.Add(VerifyCommand.Create(VerifyAsync));
        root.Subcommands.Add(ImportCommand.Create());
        root.Subcommands.Add(RotateMasterKey());
        root.Subcommands.Add(Passing(new Command("demo", "Play a campaign from idea to retrospective in about a minute; every figure is asserted."), (_, token) => DemoCommand.RunAsync(Path.Combine("data", "demo"), TimeProvider.System, token)));
        root.Subcommands.Add(Passing(new Command("schema", "Print the statements that would create the present model.") { Hidden = true }, PrintSchemaAsync));
        return root;
    }

    private static Command RotateMasterKey()
    {
        var file = new Argument<string>("new-key-file") { Description = "File with the new key: 32 bytes in base64 (openssl rand -base64 32)." };
        var command = new Command("rotate-master-key", "Wrap the data keys with a new master key; the present one is read as usual. Stop every node first.") { file };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, token) =>
        {
            await using var app = OrchestratorApp.Create([.. parsed.UnmatchedTokens]);
            await app.Services.GetRequiredService<Migrator>().ApplyAsync(token);
            try
            {
                var wrapped = await app.Services.GetRequiredService<MasterKeyRotation>().RotateAsync(MasterKey.Read(parsed.GetValue(file)!), token);
                Console.WriteLine($"{wrapped} keys are wrapped with the new master key. Give it to every node before the next start; the old one opens only backups made before.");
                return 0;
            }
            catch (Exception exception) when (exception is InvalidOperationException or IOException)
            {
                Console.Error.WriteLine(exception.Message);
                return 1;
            }
        });
        return command;
    }

    private static Command Passing(Command command, Func<string[], CancellationToken, Task<int>> action)
    {
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, token) => action([.. parsed.UnmatchedTokens], token));
        return command;
    }

    private static async Task<int> ServeAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = OrchestratorApp.Create(args);
        await app.InitialiseToServeAsync(cancellationToken);
        app.Lifetime.ApplicationStarted.Register(() => WhereToGo(app));
        await app.RunAsync(cancellationToken);
        return 0;
    }

    // Standard output, not the log: logs are kept and shipped, and the demo's password is in it.
    private static void WhereToGo(WebApplication app)
    {
        Console.WriteLine($"Orchestrator is at {string.Join(", ", app.Urls)}");
        var demo = app.Services.GetRequiredService<DemoWorkspace>();
        if (demo.IsDemo)
            Console.WriteLine($"Demo workspace{(demo.IsSeeded ? "" : " (its campaigns appear within a minute)")}: choose a person on the sign-in page, or sign in as {string.Join(", ", DemoPerson.All.Take(4).Select(person => person.UserName))} … with password {demo.Password}");
    }

    private static async Task<int> MigrateAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = OrchestratorApp.Create(args);
        var applied = await app.Services.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);
        Console.WriteLine(applied.Count == 0 ? "The schema is up to date." : $"Applied {string.Join(", ", applied)}.");
        return 0;
    }

    private static async Task<int> VerifyAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = OrchestratorApp.Create(args);
        await app.Services.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);
        var database = app.Services.GetRequiredService<Database>();
        var chains = await database.ReadAsync((db, token) => db.AuditHeads.Select(head => head.Chain).Order().ToListAsync(token), cancellationToken);
        var broken = 0;
        foreach (var chain in chains)
        {
            var verdict = await database.ReadAsync((db, token) => AuditChain.VerifyAsync(db, chain, token), cancellationToken);
            Console.WriteLine(verdict.IsIntact ? $"ok      {chain}  {verdict.Events} events" : $"BROKEN  {chain}  event {verdict.BrokenAt} ({verdict.BrokenType}): {verdict.Why}");
            broken += verdict.IsIntact ? 0 : 1;
        }
        Console.WriteLine($"{chains.Count} chains, {broken} broken.");
        return broken == 0 ? 0 : 1;
    }

    private static async Task<int> PrintSchemaAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = OrchestratorApp.Create(args);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<OrchestratorDb>>().CreateDbContextAsync(cancellationToken);
        Console.Write(Migrator.CreateScript(db));
        return 0;
    }
}
