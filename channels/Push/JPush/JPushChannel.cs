using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.JPush;

internal sealed class JPushChannel(JPushProvider provider, JPushSettings settings, AccountHttp http) : HttpChannel(provider, http), IStatusQuery
{
    private const int MaxPayload = 4000;
    private const int MostAsked = 100;
    private readonly AuthenticationHeaderValue _credentials = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.AppKey}:{settings.MasterSecret}")));

    /// <summary>The <c>cid</c> is remembered for a day.</summary>
    public override ChannelGuarantees Guarantees { get; } = new(IdempotencyWindow: TimeSpan.FromDays(1), NeedsReference: true);

    public bool AbsenceIsFinal => false;

    public TimeSpan VisibilityDelay => TimeSpan.FromMinutes(10);

    protected override async Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Post, settings.Api("https://api.jpush.cn", "/v3/push"));
        var body = JsonSerializer.Serialize(Body(message), SettingsJson.Relaxed);
        if (Encoding.UTF8.GetByteCount(body) > MaxPayload) throw new UnusableMessageException("too-long", $"JPush takes at most {MaxPayload} bytes.");
        request.Content = JsonBody.Content(body);
        return Read(await Http.SendAsync(request, cancellationToken));
    }

    /// <summary>JPush can only be asked by its own ids, a hundred a call.</summary>
    public async Task<IReadOnlyList<StatusAnswer>> QueryAsync(IReadOnlyList<StatusQuestion> questions, CancellationToken cancellationToken)
    {
        var refs = questions.Select(question => question.ProviderRef).OfType<string>().Distinct().Chunk(MostAsked);
        var replies = await Task.WhenAll(refs.Select(async asked => (Refs: asked, Reply: await AskAsync(asked, cancellationToken))));
        var byRef = replies.SelectMany(reply => reply.Refs.Select(reference => (reference, reply.Reply))).ToDictionary(pair => pair.reference, pair => pair.Reply);
        return [.. questions.Select(question => question.ProviderRef is { } reference ? Read(question, reference, byRef[reference]) : new StatusAnswer.Absent())];
    }

    private async Task<(Dictionary<string, JsonElement>? Found, string Reason)> AskAsync(string[] refs, CancellationToken cancellationToken)
    {
        var address = new Uri((settings.ReportAddress?.ToString() ?? "https://report.jpush.cn").TrimEnd('/') + $"/v3/received/detail?msg_ids={Uri.EscapeDataString(string.Join(',', refs))}");
        var answer = await Http.AskAsync(() => Request(HttpMethod.Get, address), cancellationToken);
        if (answer is not HttpAnswer.Replied { IsSuccess: true } reply || reply.Json() is not { ValueKind: JsonValueKind.Array } list) return (null, answer.Summary);
        return (list.EnumerateArray().Where(item => item.Text("msg_id") is not null).DistinctBy(item => item.Text("msg_id")).ToDictionary(item => item.Text("msg_id")!), "");
    }

    private static StatusAnswer Read(StatusQuestion question, string reference, (Dictionary<string, JsonElement>? Found, string Reason) reply)
    {
        if (reply.Found is not { } found) return new StatusAnswer.Unavailable(reply.Reason);
        if (!found.TryGetValue(reference, out var item)) return new StatusAnswer.Absent();
        string[] counters = ["jpush_received", "android_pns_received", "ios_apns_received", "quickapp_jpush_received"];
        return new StatusAnswer.Known(new Receipt
        {
            ProviderRef = reference,
            MessageId = question.MessageId,
            Attempt = question.Attempt,
            Status = counters.Any(name => item.Number(name) > 0) ? ReceiptStatus.Delivered : ReceiptStatus.Accepted,
        });
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address) => new(method, address) { Headers = { Authorization = _credentials } };

    private object Body(OutboundMessage message)
    {
        var content = message.Content;
        var extras = new Dictionary<string, string> { ["id"] = message.Echo };
        if (content.Url is { } url) extras["url"] = url.AbsoluteUri;
        var operational = settings.Classification is { } fixedTo ? fixedTo == JPushClassification.Operational : message.Purpose == Purpose.Marketing;
        return new
        {
            cid = message.MessageId.Replace('.', '_'),   // letters, digits, _ and - only; without the attempt, so that a second one is recognised
            platform = "all",
            audience = new { registration_id = new[] { message.Address } },
            notification = new
            {
                alert = content.Text,
                android = new { alert = content.Text, title = content.Title, channel_id = settings.AndroidChannelId, extras },
                ios = new { alert = new { title = content.Title, body = content.Text }, sound = "default", extras },
            },
            options = new
            {
                time_to_live = message.ExpiresAt is { } until ? (long)Math.Clamp((until - Now).TotalSeconds, 0, 864_000) : (long?)null,
                apns_production = settings.ApnsProduction,
                classification = operational ? 0 : 1,
            },
        };
    }

    private Delivery Read(HttpAnswer answer)
    {
        if (answer is not HttpAnswer.Replied reply) return answer.AsDelivery(Now);
        if (reply.Json() is not { } body) return reply.IsSuccess ? new Delivery.Ambiguous("JPush's reply could not be read.") : answer.AsDelivery(Now);
        if (reply.IsSuccess && body.Text("msg_id") is { } id) return new Delivery.Accepted(id);
        if (body.Number("error.code") is not { } code) return reply.IsSuccess ? new Delivery.Ambiguous("JPush's reply names no message.") : answer.AsDelivery(Now);
        var text = body.Text("error.message") ?? "";
        var said = code.ToString(CultureInfo.InvariantCulture);
        Delivery verdict = code switch
        {
            2002 => new Delivery.Throttled(Reset(reply)),
            1011 => new Delivery.PermanentRecipient(said, text, Suppress: true),   // no such registration
            1000 or 1009 or 1030 or 2005 or 2008 => new Delivery.Ambiguous(text),       // server side; may have been queued
            _ => new Delivery.Configuration(said, text),
        };
        return verdict with { ProviderCode = said, ProviderText = Evidence.Cut(text) };
    }

    private DateTimeOffset Reset(HttpAnswer.Replied reply) =>
        int.TryParse(reply.Header("X-Rate-Limit-Reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86400
            ? Now.AddSeconds(seconds) : reply.RetryAfter(Now, TimeSpan.FromMinutes(1));
}
