using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Channels;
using Orchestrator.Host.Identity;

namespace Orchestrator.Host.Reachouts;

/// <summary>Where providers report back: verified, kept, and only then answered as the provider expects.</summary>
internal static partial class CallbackEndpoints
{
    extension(RouteGroupBuilder api)
    {
        public void MapCallbacks() =>
            api.MapMethods("/callbacks/{provider}/{accountId:guid}/{secret}", ["GET", "POST"], ReceiveAsync)
                .AllowAnonymous().DisableAntiforgery().WithName("ReceiveCallback");
    }

    private static async Task<IResult> ReceiveAsync(
        string provider, Guid accountId, string secret, HttpContext http, ChannelAccounts accounts, ChannelPool pool, ReceiptInbox inbox, OrchestratorOptions options, ILogger<ReceiptInbox> log, CancellationToken cancellationToken)
    {
        // A wrong secret and a wrong account look alike from outside.
        if (await accounts.FindAsync(accountId, cancellationToken) is not { } account || account.Provider != provider || !accounts.IsCallbackSecret(account, secret) || pool.WebhookOf(account) is not { } webhook)
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        if (await ReadBodyAsync(http, cancellationToken) is not { } body)
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var request = new WebhookRequest
        {
            Method = http.Request.Method,
            Url = new Uri(options.PublicUrl, http.Request.Path + http.Request.QueryString.Value),
            Headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body,
            RemoteAddress = http.Connection.RemoteIpAddress,
            PathSecret = secret,
            PathVerified = true,
        };
        switch (webhook.Receive(request))
        {
            case WebhookOutcome.Verified verified:
                if (verified.Receipts.Count + verified.Replies.Count > 0)
                    await inbox.KeepAsync(account, verified, cancellationToken);
                return TypedResults.Text(verified.Answer.Body, verified.Answer.ContentType, System.Text.Encoding.UTF8, verified.Answer.StatusCode);
            case WebhookOutcome.Malformed malformed:
                LogRefused(log, account.Name, "malformed", malformed.Reason);
                return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
            case WebhookOutcome.Forged forged:
                LogRefused(log, account.Name, "forged", forged.Reason);
                return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
            default:
                return TypedResults.StatusCode(StatusCodes.Status500InternalServerError);
        }
    }

    private static async Task<byte[]?> ReadBodyAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (http.Request.ContentLength > WebhookRequest.MaxBody)
            return null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = WebhookRequest.MaxBody + 1;
        using var body = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(body, cancellationToken);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        return body.Length > WebhookRequest.MaxBody ? null : body.ToArray();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A callback for account {Account} was {What}: {Reason}")]
    private static partial void LogRefused(ILogger log, string account, string what, string reason);
}
