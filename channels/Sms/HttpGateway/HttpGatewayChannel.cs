using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.HttpGateway;

internal class HttpGatewayChannel(HttpGatewayProvider provider, HttpGatewaySettings settings, AccountHttp http)
    : HttpChannel(provider, http), IWebhook
{
    private readonly GatewayRequestBuilder _request = new(settings.Request!);
    private readonly GatewayVerdicts _verdicts = new(settings.Reply);
    private readonly GatewayWebhook _webhook = new(settings);

    public override ChannelGuarantees Guarantees { get; } = new(
        settings.IdempotencySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, SendsReceipts: settings.Reports is not null);

    public WebhookOutcome Receive(WebhookRequest request) => _webhook.Receive(request);

    protected override async Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        var request = _request.Build(new GatewayValues(settings, message, null, Now));
        return _verdicts.Read(await Http.SendAsync(request, cancellationToken), Now);
    }
}

/// <summary>A gateway whose state can be asked for.</summary>
internal sealed class QueryableHttpGatewayChannel(HttpGatewayProvider provider, HttpGatewaySettings settings, AccountHttp http)
    : HttpGatewayChannel(provider, settings, http), IStatusQuery
{
    private readonly GatewayQuery _query = settings.Query!;
    private readonly GatewayRequestBuilder _request = new(settings.Query!.Request!);
    private readonly GatewayReportReader _reader = new(settings.Query!.Result, settings.CountryCode);
    private readonly HttpGatewaySettings _settings = settings;

    public bool AbsenceIsFinal => _query.AbsenceIsFinal;

    public TimeSpan VisibilityDelay => TimeSpan.FromSeconds(_query.VisibilitySeconds);

    public async Task<IReadOnlyList<StatusAnswer>> QueryAsync(IReadOnlyList<StatusQuestion> questions, CancellationToken cancellationToken) =>
        await Task.WhenAll(questions.Select(question => AskOneAsync(question, cancellationToken)));

    private async Task<StatusAnswer> AskOneAsync(StatusQuestion question, CancellationToken cancellationToken)
    {
        var answer = await Http.AskAsync(() => _request.Build(new GatewayValues(_settings, null, question, Now)), cancellationToken);
        if (answer is not HttpAnswer.Replied { IsSuccess: true } reply) return new StatusAnswer.Unavailable(answer.Summary);
        if (reply.Json() is not { } body) return new StatusAnswer.Unavailable("The reply is not JSON.");

        // Only a reply that has the list, and in it nothing of this message, means absence; any other shape is no answer.
        if (JsonPath.Find(body, _query.Result.Items) is not { } items) return new StatusAnswer.Unavailable("The reply lacks the configured list.");
        var receipts = GatewayReportReader.Items(items, "").Select(_reader.Read).OfType<Receipt>();
        var mine = receipts.FirstOrDefault(r => (r.MessageId == question.MessageId && r.Attempt == question.Attempt)
            || (r.MessageId is null && question.ProviderRef is not null && r.ProviderRef == question.ProviderRef));
        return mine is null ? new StatusAnswer.Absent() : new StatusAnswer.Known(mine);
    }
}
