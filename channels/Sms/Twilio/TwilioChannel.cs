using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Twilio;

internal sealed class TwilioChannel(TwilioProvider provider, TwilioSettings settings, AccountHttp http) : HttpChannel(provider, http), IWebhook, IStatusQuery
{
    private const string Public = "https://api.twilio.com";
    private const string EchoField = "echo";
    private readonly AuthenticationHeaderValue _credentials = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
        settings.ApiKeySid is { } key ? $"{key}:{settings.ApiKeySecret}" : $"{settings.AccountSid}:{settings.AuthToken}")));

    public override ChannelGuarantees Guarantees { get; } = new(SendsReceipts: settings.StatusCallback is not null, NeedsReference: true);

    public bool AbsenceIsFinal => false;

    public TimeSpan VisibilityDelay => TimeSpan.FromMinutes(1);

    protected override async Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        if (message.Content.Text.Length > 1600) throw new UnusableMessageException("too-long", "Twilio takes at most 1600 characters.");
        var form = new Dictionary<string, string> { ["To"] = message.Address };
        if (message.Content.TemplateCode is { } content)
        {
            form["ContentSid"] = content;
            form["ContentVariables"] = System.Text.Json.JsonSerializer.Serialize(message.Content.TemplateParameters.ToDictionary(p => p.Name, p => p.Value), SettingsJson.Relaxed);
        }
        else
        {
            form["Body"] = message.Content.Text;
        }

        if (settings.MessagingServiceSid is { } service) form["MessagingServiceSid"] = service;
        else form["From"] = settings.From!;
        if (settings.StatusCallback is { } callback) form["StatusCallback"] = QueryHelpers.AddQueryString(callback.AbsoluteUri, EchoField, message.Echo);
        if (message.ExpiresAt is { } until)
            form["ValidityPeriod"] = ((int)Math.Clamp((until - Now).TotalSeconds, 1, 36000)).ToString(CultureInfo.InvariantCulture);

        var request = Request(HttpMethod.Post, "Messages.json");
        request.Content = new FormUrlEncodedContent(form);
        return TwilioVerdicts.Read(await Http.SendAsync(request, cancellationToken), Now);
    }

    public WebhookOutcome Receive(WebhookRequest request)
    {
        var form = QueryHelpers.ParseQuery(request.BodyText).ToDictionary(f => f.Key, f => f.Value.ToString());
        if (!TwilioSignature.Verify(settings.AuthToken, request, form, request.Header("X-Twilio-Signature")))
            return new WebhookOutcome.Forged("X-Twilio-Signature does not match.");
        if (!form.TryGetValue("MessageSid", out var sid)) return new WebhookOutcome.Malformed("MessageSid is missing.");
        if (form.TryGetValue("Body", out var text) && form.TryGetValue("From", out var from))
        {
            var kind = form.GetValueOrDefault("OptOutType") switch { "STOP" => ReplyKind.OptOut, "START" => ReplyKind.OptIn, "HELP" => ReplyKind.Help, _ => ReplyWords.Classify(text) };
            return new WebhookOutcome.Verified([], [new Reply(from, text, null, kind, sid)], WebhookAnswer.Xml("<Response/>"));
        }

        if (!form.TryGetValue("MessageStatus", out var status)) return new WebhookOutcome.Malformed("MessageStatus is missing.");
        var query = QueryHelpers.ParseQuery(request.Url.Query);
        var receipt = Receipt(sid, status, form.GetValueOrDefault("ErrorCode"), form.GetValueOrDefault("To"), query.TryGetValue(EchoField, out var echo) ? echo.ToString() : null);
        return new WebhookOutcome.Verified([receipt], [], WebhookAnswer.Empty);
    }

    public async Task<IReadOnlyList<StatusAnswer>> QueryAsync(IReadOnlyList<StatusQuestion> questions, CancellationToken cancellationToken) =>
        await Task.WhenAll(questions.Select(async question =>
        {
            if (question.ProviderRef is not { } sid) return new StatusAnswer.Absent();   // Twilio can only be asked by its own id, which never came
            var answer = await Http.AskAsync(() => Request(HttpMethod.Get, $"Messages/{Uri.EscapeDataString(sid)}.json"), cancellationToken);
            if (answer is HttpAnswer.Replied { Status: System.Net.HttpStatusCode.NotFound }) return new StatusAnswer.Absent();
            if (answer is not HttpAnswer.Replied { IsSuccess: true } reply || reply.Json() is not { } body || body.Text("status") is not { } status)
                return (StatusAnswer)new StatusAnswer.Unavailable(answer.Summary);
            return new StatusAnswer.Known(Receipt(sid, status, body.Text("error_code"), body.Text("to"), EchoId.Format(question.MessageId, question.Attempt)));
        }));

    private HttpRequestMessage Request(HttpMethod method, string path) =>
        new(method, settings.Api(Public, $"/2010-04-01/Accounts/{settings.AccountSid}/{path}")) { Headers = { Authorization = _credentials } };

    private static Receipt Receipt(string sid, string status, string? code, string? to, string? echo)
    {
        var known = EchoId.TryParse(echo, out var id, out var attempt);
        return new Receipt
        {
            ProviderRef = sid,
            MessageId = known ? id : null,
            Attempt = known ? attempt : null,
            Status = TwilioVerdicts.Status(status, code),
            Effect = TwilioVerdicts.Effect(code),
            Address = to,
            Code = code ?? status,
            Text = status,
        };
    }
}
