using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.EntityFrameworkCore;
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

        public void MapHealthEndpoints()
        {
            app.MapGet("/health/live", () => TypedResults.Ok(new { status = "live" })).AllowAnonymous().ExcludeFromDescription();
            app.MapGet("/health/ready", async (Database database, CancellationToken token) =>
            {
                await database.ReadAsync((db, inner) => db.Set<DataKey>().CountAsync(inner), token);
                return TypedResults.Ok(new { status = "ready" });
            }).AllowAnonymous().ExcludeFromDescription();
        }
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
