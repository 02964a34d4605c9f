using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.HttpGateway;

/// <summary>Reads callbacks in JSON, as a form or in the query; every item is a report or a reply.</summary>
internal sealed class GatewayWebhook(HttpGatewaySettings settings)
{
    private readonly CallbackGate _gate = new(settings.Callback.Secret, settings.Callback.AllowedAddresses);
    private readonly GatewayReportReader _reader = new(settings.Reports ?? new(), settings.CountryCode);

    public WebhookOutcome Receive(WebhookRequest request)
    {
        if (_gate.Refuse(request) is { } reason) return new WebhookOutcome.Forged(reason);
        if (Body(request) is not { } body) return new WebhookOutcome.Malformed("Neither JSON nor a form.");

        var receipts = settings.Reports is null ? [] : GatewayReportReader.Items(body, settings.Reports.Items).Select(_reader.Read).OfType<Receipt>().ToList();
        var replies = settings.Replies is null ? [] : GatewayReportReader.Items(body, settings.Replies.Items).Select(ReadReply).OfType<Reply>().ToList();
        if (receipts.Count == 0 && replies.Count == 0) return new WebhookOutcome.Malformed("No report or reply found at the configured paths.");
        return new WebhookOutcome.Verified(receipts, replies, new WebhookAnswer(200, settings.Callback.AnswerType, settings.Callback.Answer));
    }

    private Reply? ReadReply(JsonElement item)
    {
        var text = JsonPath.Text(item, settings.Replies!.Text);
        var from = GatewayReportReader.Phone(JsonPath.Text(item, settings.Replies.Phone), settings.CountryCode);
        return text is null || from is null ? null
            : new Reply(from, text, _reader.Time(JsonPath.Text(item, settings.Replies.Time)), ReplyWords.Classify(text), JsonPath.Text(item, settings.Replies.Ref));
    }

    private static JsonElement? Body(WebhookRequest request)
    {
        var text = request.BodyText.Trim();
        try
        {
            if (text.StartsWith('{') || text.StartsWith('['))
            {
                using var json = JsonDocument.Parse(text);
                return json.RootElement.Clone();
            }
        }
        catch (JsonException)
        {
            return null;
        }

        var form = QueryHelpers.ParseQuery(text.Length > 0 ? text : request.Url.Query);
        if (form.Count == 0) return null;
        var fields = form.ToDictionary(f => f.Key, f => Nested(f.Value.ToString()));
        return JsonSerializer.SerializeToElement(fields);
    }

    /// <summary>Some gateways post a form whose one field holds a JSON array.</summary>
    private static JsonElement Nested(string value)
    {
        if (value.StartsWith('[') || value.StartsWith('{'))
        {
            try
            {
                using var json = JsonDocument.Parse(value);
                return json.RootElement.Clone();
            }
            catch (JsonException)
            {
                // An ordinary text that happens to start with a bracket.
            }
        }

        return JsonSerializer.SerializeToElement(value);
    }
}
