using Microsoft.Extensions.Options;
using Npgsql;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole;

namespace Orchestrator.Host;

/// <summary>Puts the program together: configuration, services, pipeline. <see cref="Subjects"/> names what it does.</summary>
internal static class OrchestratorApp
{
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? customise = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        customise?.Invoke(builder);
        var options = ReadOptions(builder);
        AddServices(builder, options);
        var app = builder.Build();
        UsePipeline(app);
        return app;
    }

    /// <summary>Schema, keys, and what each subject needs before the first request; meanwhile the routes are built, so that the first visitor need not wait.</summary>
    public static async Task InitialiseToServeAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        var schema = new TaskCompletionSource();
        var routes = Task.Run(() => PreparedRoutes.Of(app).PrepareAsync("/sign-in", schema.Task), CancellationToken.None);
        await InitialiseAsync(app, schema, cancellationToken);
        await routes;
    }

    /// <summary>Schema, keys, and what each subject needs. Nodes that start at once take turns.</summary>
    public static Task InitialiseAsync(this WebApplication app, CancellationToken cancellationToken) => InitialiseAsync(app, new TaskCompletionSource(), cancellationToken);

    private static async Task InitialiseAsync(WebApplication app, TaskCompletionSource schema, CancellationToken cancellationToken)
    {
        app.Services.GetRequiredService<SqliteFileLock>().Take();
        await using var turn = await StartupTurn.TakeAsync(app.Services.GetService<NpgsqlDataSource>(), cancellationToken);
        await app.Services.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);
        await app.Services.GetRequiredService<PersonalData>().OpenAsync(cancellationToken);
        schema.SetResult();
        foreach (var step in app.Services.GetServices<IStartupStep>().OrderBy(step => step.Order))
            await step.RunAsync(cancellationToken);
    }

    private static OrchestratorOptions ReadOptions(WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OrchestratorOptions>()
            .BindConfiguration(OrchestratorOptions.Section)
            .ValidateDataAnnotations()
            .Validate(options => TimeZoneInfo.TryFindSystemTimeZoneById(options.CompanyTimeZone, out _), "Orchestrator:CompanyTimeZone is not an IANA time zone.")
            .Validate(options => Reachouts.Jurisdiction.IsKnown(options.CompanyJurisdiction), "Orchestrator:CompanyJurisdiction is no ISO 3166 code such as CN or US-TX.")
            .Validate(options => Reachouts.ChannelRoots.CanRead(options.ChannelRootsFile), "Orchestrator:ChannelRootsFile cannot be read or holds no certificate in PEM.")
            .ValidateOnStart();
        return builder.Configuration.GetSection(OrchestratorOptions.Section).Get<OrchestratorOptions>() ?? new OrchestratorOptions();
    }

    private static void AddServices(WebApplicationBuilder builder, OrchestratorOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<OrchestratorOptions>>().Value);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<BusinessClock>();
        services.AddSingleton(MasterKey.Load(options, builder.Environment.IsProduction()));
        services.AddSingleton<Telemetry>();
        services.AddSingleton<Texts>();
        services.AddSingleton<AuditChain>();
        services.AddStorage(options);
        services.AddIdentity();
        services.AddWeb();
        services.AddSubjects(options);
        services.AddConsole();
    }

    private static void UsePipeline(WebApplication app)
    {
        app.Services.GetRequiredService<Telemetry>();
        app.UseWeb();
        app.UseConsole();
        var routes = new PreparedRoutes(app);
        routes.MapOpenApi();
        routes.MapHealthEndpoints();
        var api = routes.MapGroup("/api/v1").RequireAuthorization();
        api.MapIdentity();
        api.MapSubjects();
        routes.MapPublicPages();
        routes.MapConsole();
    }
}

/// <summary>Something a subject does once after the schema is there and before the first request, lower <see cref="Order"/> first.</summary>
internal interface IStartupStep
{
    int Order { get; }

    Task RunAsync(CancellationToken cancellationToken);
}
