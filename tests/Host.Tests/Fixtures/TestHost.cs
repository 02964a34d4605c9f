using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Tests.Fixtures;

/// <summary>The whole program in this process: real Kestrel on a free port, a database of its own, a business clock that the test drives.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    private readonly string directory;
    private readonly string? postgres;
    private readonly bool ownsDatabase;

    private TestHost(WebApplication app, string directory, string? postgres, bool ownsDatabase) => (App, this.directory, this.postgres, this.ownsDatabase) = (app, directory, postgres, ownsDatabase);

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    public BusinessClock Clock => Services.GetRequiredService<BusinessClock>();

    public Database Database => Services.GetRequiredService<Database>();

    public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Connection string of the PostgreSQL database.</summary>
    public string Postgres => postgres ?? throw new InvalidOperationException("This host runs on SQLite.");

    /// <summary>One more node on the database of <paramref name="first"/>; dispose it before the first.</summary>
    /// <param name="first">A host on PostgreSQL.</param>
    /// <param name="customise">Changes services.</param>
    /// <param name="connection">Its way to the database, if not the first's.</param>
    public static Task<TestHost> StartBesideAsync(TestHost first, Action<IServiceCollection>? customise = null, string? connection = null) =>
        StartAsync(connection ?? first.Postgres, ownsDatabase: false, first.Clock.GetUtcNow(), customise, first.MasterKey);

    // Where a master key is in the environment, both have it already.
    internal string[] MasterKey => File.Exists($"{directory}/data.master-key") ? [$"--Orchestrator:MasterKeyFile={directory}/data.master-key"] : [];

    /// <param name="now">Where the business clock stands still; default Monday 2026-11-23 09:00 in Shanghai.</param>
    public static async Task<TestHost> StartAsync(DatabaseDialect dialect, DateTimeOffset? now = null, Action<IServiceCollection>? customise = null, params string[] settings) =>
        await StartAsync(dialect == DatabaseDialect.PostgreSql ? await TestPostgres.CreateDatabaseAsync() : null, ownsDatabase: true, now, customise, settings);

    private static async Task<TestHost> StartAsync(string? postgres, bool ownsDatabase, DateTimeOffset? now, Action<IServiceCollection>? customise, params string[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("orchestrator-test-").FullName;
        string[] args =
        [
            "--urls", "http://127.0.0.1:0",
            "--environment", "Development",
            "--Logging:LogLevel:Default=Warning",
            "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Warning",
            "--Orchestrator:SeedDemo=false",
            $"--Orchestrator:DataDirectory={directory}/data",
            .. postgres is null ? Array.Empty<string>() : [$"--Orchestrator:PostgreSql={postgres}"],
            .. settings,
        ];
        var app = OrchestratorApp.Create(args, builder =>
        {
            // No test's passwords are worth the time that a hash takes on purpose.
            builder.Services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 100);
            customise?.Invoke(builder.Services);
        });
        app.Services.GetRequiredService<BusinessClock>().FreezeAt(now ?? new DateTimeOffset(2026, 11, 23, 1, 0, 0, TimeSpan.Zero));
        await app.InitialiseAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestHost(app, directory, postgres, ownsDatabase);
    }

    /// <summary>A client with cookies of its own, not signed in.</summary>
    public HttpClient Anonymous()
    {
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        return client;
    }

    /// <summary>Makes a user with <paramref name="roles"/> where there is none of that name, and signs them in through the API.</summary>
    public async Task<HttpClient> SignInAsync(string userName, params string[] roles)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var users = Services.GetRequiredService<Users>();
        if (!(await users.ListAsync(cancellationToken)).Any(user => user.UserName == userName))
            _ = (await users.CreateAsync(new NewUser(userName, userName, null, null, null, Password, roles), Actor.System, cancellationToken)).Value;
        var client = Anonymous();
        using var reply = await client.PostAsJsonAsync("/api/v1/session", new SignInRequest(userName, Password), cancellationToken);
        reply.EnsureSuccessStatusCode();
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        if (postgres is not null && ownsDatabase)
            await TestPostgres.DropAsync(postgres);
        Directory.Delete(directory, recursive: true);
    }
}
