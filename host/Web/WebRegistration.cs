using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.WebConsole;

namespace Orchestrator.Host.Web;

internal static class WebRegistration
{
    private static readonly CultureInfo[] Cultures = [CultureInfo.GetCultureInfo("zh-CN"), CultureInfo.GetCultureInfo("en")];

    extension(IServiceCollection services)
    {
        public IServiceCollection AddWeb()
        {
            services.ConfigureHttpJsonOptions(options => JsonDefaults.Configure(options.SerializerOptions));
            services.AddProblemDetails();
            services.AddOpenApi();
            services.AddAntiforgery();
            services.AddHttpContextAccessor();
            services.Configure<RequestLocalizationOptions>(options =>
            {
                options.DefaultRequestCulture = new RequestCulture("zh-CN");
                options.SupportedCultures = Cultures;
                options.SupportedUICultures = Cultures;
            });
            services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
            return services;
        }
    }

    extension(WebApplication app)
    {
        public void UseWeb()
        {
            app.UseRequestLocalization();
            app.UseExceptionHandler(new ExceptionHandlerOptions
            {
                ExceptionHandler = AnswerExceptionAsync,
                // The caller's mistakes are answered, not logged as failures of ours.
                SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException or DbUpdateConcurrencyException,
            });
            app.UseMiddleware<SecurityHeaders>();
            app.UseAuthentication();
            app.UseMiddleware<SameSiteMiddleware>();
            app.UseAuthorization();
            app.UseAntiforgery();
            app.UseMiddleware<IdempotencyMiddleware>();
        }
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapHealthEndpoints()
        {
            app.MapGet("/health/live", () => Results.Ok(new { status = "live" })).AllowAnonymous().ExcludeFromDescription();
            app.MapGet("/health/ready", ReadyAsync).AllowAnonymous().ExcludeFromDescription();
        }
    }

    /// <summary>Whether a load balancer should send requests here: the lease is held, the database answers soon, nobody asked the program to stop.</summary>
    private static async Task<IResult> ReadyAsync(Database database, NodeLease lease, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        soon.CancelAfter(TimeSpan.FromSeconds(2));
        var status = lifetime.ApplicationStopping.IsCancellationRequested ? "stopping" : lease.Remaining <= TimeSpan.Zero ? "no-lease" : "ready";
        try
        {
            await database.ReadAsync((db, token) => db.Set<DataKey>().CountAsync(token), soon.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or System.Data.Common.DbException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
        {
            status = "no-database";
        }
        return TypedResults.Json(new { status, node = lease.Name, epoch = lease.Epoch }, statusCode: status == "ready" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static Task AnswerExceptionAsync(HttpContext http)
    {
        var texts = http.RequestServices.GetRequiredService<Texts>();
        var exception = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        return exception switch
        {
            BadHttpRequestException bad when ConsoleProblems.IsPage(http) => ConsoleProblems.AnswerAsync(http, bad.StatusCode),
            BadHttpRequestException bad => new Refusal("malformed", bad.StatusCode, bad.InnerException?.Message ?? bad.Message).ToProblem(texts).ExecuteAsync(http),
            DbUpdateConcurrencyException => Refusal.Stale.ToProblem(texts).ExecuteAsync(http),
            _ when ConsoleProblems.IsPage(http) => ConsoleProblems.AnswerAsync(http, StatusCodes.Status500InternalServerError),
            _ => TypedResults.Problem(statusCode: StatusCodes.Status500InternalServerError, type: Problems.TypeBase + "internal", title: texts["error.internal.title"], detail: texts["error.internal"]).ExecuteAsync(http),
        };
    }
}
