using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Identity;

internal static class IdentityRegistration
{
    private const string Either = "CookieOrToken";

    extension(IServiceCollection services)
    {
        public IServiceCollection AddIdentity()
        {
            services.AddSingleton<IPasswordHasher<string>, PasswordHasher<string>>();
            services.AddSingleton<PasswordSignIn>();
            services.AddSingleton<Users>();
            services.AddSingleton<IStartupStep, FirstAdministrator>();
            services.AddSingleton<CookieKeyRing>();
            services.AddDataProtection().SetApplicationName("Orchestrator");
            services.AddOptions<KeyManagementOptions>().Configure<CookieKeyRing>((options, ring) => options.XmlRepository = ring);
            services.AddAuthentication(Either)
                .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = http => ApiTokenAuthentication.IsIn(http.Request) ? ApiTokenAuthentication.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
                .AddScheme<AuthenticationSchemeOptions, ApiTokenAuthentication>(ApiTokenAuthentication.SchemeName, null)
                .AddCookie(ConfigureCookie);
            services.AddAuthorization();
            return services;
        }
    }

    extension<TBuilder>(TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Only people or programs with one of <paramref name="roles"/>; without roles, anyone signed in.</summary>
        public TBuilder RequireRole(params string[] roles) =>
            builder.RequireAuthorization(policy => _ = roles.Length == 0 ? policy.RequireAuthenticatedUser() : policy.RequireRole(roles));
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "orchestrator";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromHours(12);
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.AccessDeniedPath = "/forbidden";
        options.Events.OnValidatePrincipal = SessionStamp.ValidateAsync;
        options.Events.OnRedirectToLogin = context => AnswerOrRedirect(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => AnswerOrRedirect(context, StatusCodes.Status403Forbidden);
    }

    private static Task AnswerOrRedirect(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            context.Response.StatusCode = status;
        else
            context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
