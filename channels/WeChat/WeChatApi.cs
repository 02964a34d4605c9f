using System.Globalization;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat;

/// <summary>What WeCom and the Official Account share: <c>access_token</c> in the query and <c>errcode</c> in every reply.</summary>
internal sealed class WeChatApi(AccountHttp http, Func<string, Uri> address, Func<HttpRequestMessage> tokenRequest) : IDisposable
{
    private readonly AccessToken _token = new(http.Clock, async cancellationToken =>
    {
        var answer = await http.AskAsync(tokenRequest, cancellationToken);
        if (answer is not HttpAnswer.Replied { IsSuccess: true } reply || reply.Json() is not { } body) return FetchedToken.Failed(answer.AsDelivery(http.Clock.GetUtcNow()));
        return body.Text("access_token") is { } token
            ? new FetchedToken(token, TimeSpan.FromSeconds(body.Number("expires_in") ?? 7200))
            : FetchedToken.Failed(Verdict(body.Number("errcode") ?? 0, body.Text("errmsg") ?? "No token in the reply.", http.Clock.GetUtcNow()));
    });

    public static bool IsTokenRefused(long code) => code is 40001 or 40014 or 42001;

    /// <summary>Posts a send once; <paramref name="accepted"/> reads a reply with errcode 0.</summary>
    public Task<Delivery> SendAsync(string path, object body, Func<JsonElement, Delivery> accepted, CancellationToken cancellationToken) =>
        _token.UseAsync(
            async token =>
            {
                var answer = await http.SendAsync(JsonBody.Post(WithToken(path, token), body), cancellationToken);
                return Read(answer, http.Clock.GetUtcNow(), accepted);
            },
            cancellationToken);

    /// <summary>Reads the reply to a send; null: the token was refused.</summary>
    public static Delivery? Read(HttpAnswer answer, DateTimeOffset now, Func<JsonElement, Delivery> accepted)
    {
        if (answer is not HttpAnswer.Replied reply) return answer.AsDelivery(now);
        if (reply.Json() is not { } json || json.Number("errcode") is not { } code)
            return reply.IsSuccess ? new Delivery.Ambiguous("WeChat's reply could not be read.") : answer.AsDelivery(now);
        if (IsTokenRefused(code)) return null;
        return code == 0 ? accepted(json) : Verdict(code, json.Text("errmsg") ?? "", now);
    }

    /// <summary>Calls what is safe to repeat; null if there is no good answer.</summary>
    public async Task<JsonElement?> AskAsync(string path, object body, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var token = await _token.GetAsync(cancellationToken);
            if (token.Value is not { } value) return null;
            var answer = await http.AskAsync(() => JsonBody.Post(WithToken(path, value), body), cancellationToken);
            if (answer is not HttpAnswer.Replied { IsSuccess: true } reply || reply.Json() is not { } json) return null;
            var code = json.Number("errcode") ?? 0;
            if (code == 0) return json;
            if (!IsTokenRefused(code)) return null;
            _token.Forget(value);
        }

        return null;
    }

    public void Dispose() => _token.Dispose();

    private Uri WithToken(string path, string token) => address($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}access_token={Uri.EscapeDataString(token)}");

    /// <summary>Codes of both platforms; they do not collide.</summary>
    private static Delivery Verdict(long code, string text, DateTimeOffset now)
    {
        var said = code.ToString(CultureInfo.InvariantCulture);
        Delivery verdict = code switch
        {
            -1 => new Delivery.Ambiguous(text),   // "system busy, try again": not documented as not processed
            43108 => new Delivery.Throttled(now + TimeSpan.FromSeconds(10)),   // too many at once for this user
            45009 or 45011 or 45033 => new Delivery.Throttled(now + TimeSpan.FromMinutes(1)),
            40003 or 81013 or 40031 => new Delivery.PermanentRecipient(said, text, Suppress: true),
            43004 or 50002 => new Delivery.PermanentRecipient(said, text, Suppress: false),   // no follower, outside the app's scope
            43101 => new Delivery.OptOut(text),
            _ => new Delivery.Configuration(said, text),
        };
        return verdict with { ProviderCode = said, ProviderText = Evidence.Cut(text) };
    }
}
