using System.Security.Cryptography;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Web;

/// <summary>Serves <c>Idempotency-Key</c> on POST: the second request with a key gets the first one's reply and changes nothing.</summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next, Database database, TimeProvider clock, Texts texts)
{
    private const int BodyLimit = 4 * 1024 * 1024;

    public async Task InvokeAsync(HttpContext http)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length is 0 or > 128 || !HttpMethods.IsPost(http.Request.Method) || !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || http.Request.ContentLength > BodyLimit)
        {
            await next(http);
            return;
        }
        var scope = new IdempotencyScope(http.User.Identity?.Name ?? "", key, http.Request.Path, await HashBodyAsync(http.Request), clock.GetUtcNow());
        if (await scope.FindAsync(database, http.RequestAborted) is { } known)
        {
            await ReplayAsync(http, scope, known);
            return;
        }
        await RunAsync(http, scope);
    }

    private async Task RunAsync(HttpContext http, IdempotencyScope scope)
    {
        var original = http.Response.Body;
        using var buffer = new MemoryStream();
        http.Response.Body = buffer;
        IdempotencyScope.Current = scope;
        try
        {
            await next(http);
            if (scope.IsClaimed)
                await scope.RememberAsync(database, http.Response.StatusCode, http.Response.ContentType, buffer.ToArray(), CancellationToken.None);
        }
        catch (IdempotencyReplayException)
        {
            http.Response.Clear();
            http.Response.Body = original;
            IdempotencyScope.Current = null;
            await ReplayAsync(http, scope, (await scope.FindAsync(database, http.RequestAborted))!);
            return;
        }
        finally
        {
            IdempotencyScope.Current = null;
            http.Response.Body = original;
        }
        buffer.Position = 0;
        await buffer.CopyToAsync(original, http.RequestAborted);
    }

    private async Task ReplayAsync(HttpContext http, IdempotencyScope scope, IdempotencyRecord known)
    {
        if (!scope.Matches(known))
        {
            await new Refusal("idempotency-mismatch", StatusCodes.Status422UnprocessableEntity).ToProblem(texts).ExecuteAsync(http);
            return;
        }
        if (known.Status is not { } status)
        {
            await Refusal.Conflict("idempotency-unknown").ToProblem(texts).ExecuteAsync(http);
            return;
        }
        http.Response.StatusCode = status;
        http.Response.ContentType = known.ContentType;
        http.Response.Headers["Idempotency-Replayed"] = "true";
        if (known.Body is { Length: > 0 } body)
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static async Task<string> HashBodyAsync(HttpRequest request)
    {
        request.EnableBuffering();
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(request.Body, request.HttpContext.RequestAborted));
        request.Body.Position = 0;
        return hash;
    }
}
