using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Channels.Http;

/// <summary>How an HTTP call to a provider ended. The distinction that matters: can the provider have seen the request?</summary>
internal abstract record HttpAnswer
{
    private HttpAnswer() { }

    /// <summary>Proven: no byte of the request was taken (no connection, TLS refused, circuit open, cancelled before).</summary>
    /// <param name="Reason">For people.</param>
    /// <param name="Untried">Not even a connection was tried.</param>
    public sealed record NotSent(string Reason, bool Untried = false) : HttpAnswer;

    /// <summary>The circuit of the account is open until then; nothing was sent.</summary>
    public sealed record Broken(DateTimeOffset Until) : HttpAnswer;

    /// <summary>The request left, no usable reply came.</summary>
    public sealed record Lost(string Reason) : HttpAnswer;

    /// <summary>A complete reply.</summary>
    public sealed record Replied(HttpStatusCode Status, HttpResponseHeaders Headers, byte[] Body) : HttpAnswer
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public bool IsSuccess => (int)Status is >= 200 and < 300;

        /// <summary>The body as JSON; null if it is not JSON.</summary>
        public JsonElement? Json()
        {
            try
            {
                using var document = JsonDocument.Parse(Body);
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                return null;
            }
        }

        public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

        /// <summary>When <c>Retry-After</c> (seconds or date) says to come back, at least a second from now and at most a day.</summary>
        public DateTimeOffset RetryAfter(DateTimeOffset now, TimeSpan fallback)
        {
            var header = Header("Retry-After");
            var wait = int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
                : DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - now
                : fallback;
            return now + TimeSpan.FromTicks(Math.Clamp(wait.Ticks, TimeSpan.TicksPerSecond, TimeSpan.TicksPerDay));
        }
    }

    /// <summary>For people: what happened, without body or headers.</summary>
    public string Summary => this switch
    {
        NotSent notSent => notSent.Reason,
        Broken => "The circuit is open after repeated failures.",
        Lost lost => lost.Reason,
        Replied reply => $"The provider answered {(int)reply.Status}.",
        _ => "",
    };

    /// <summary>The verdict where the reply says nothing more: no reply at all, or a bare HTTP status.</summary>
    public Delivery AsDelivery(DateTimeOffset now) => this switch
    {
        NotSent notSent => new Delivery.RetrySafe(notSent.Reason) { Untried = notSent.Untried },
        Broken broken => new Delivery.Throttled(broken.Until) { ProviderText = "Circuit open after repeated failures." },
        Lost lost => new Delivery.Ambiguous(lost.Reason),
        Replied reply => ByStatus(reply, now),
        _ => throw new InvalidOperationException(),
    };

    private static Delivery ByStatus(Replied reply, DateTimeOffset now)
    {
        var code = ((int)reply.Status).ToString(CultureInfo.InvariantCulture);
        Delivery verdict = (int)reply.Status switch
        {
            429 => new Delivery.Throttled(reply.RetryAfter(now, TimeSpan.FromSeconds(30))),
            401 or 403 or 407 => new Delivery.Configuration($"http-{code}", "The provider refused the account's credentials."),
            408 => new Delivery.Ambiguous("The provider timed out reading the request."),
            >= 300 and < 400 => new Delivery.Configuration($"http-{code}", "The provider redirects elsewhere; redirects are not followed. Correct the address."),
            >= 400 and < 500 => new Delivery.Configuration($"http-{code}", "The provider refused the request."),
            _ => new Delivery.Ambiguous($"The provider answered {code} without a readable verdict."),
        };
        return verdict with { ProviderCode = code, ProviderText = Evidence.Cut(reply.Text) };
    }
}
