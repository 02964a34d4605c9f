using System.Text.RegularExpressions;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.HttpGateway;

/// <summary>Reads the gateway's reply by the account's mapping.</summary>
internal sealed class GatewayVerdicts(GatewayReply mapping)
{
    private readonly Regex? _pattern = mapping.Pattern is null ? null : new Regex(mapping.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public Delivery Read(HttpAnswer answer, DateTimeOffset now)
    {
        if (answer is not HttpAnswer.Replied reply) return answer.AsDelivery(now);
        if (mapping.Code is null && _pattern is null)
            return reply.IsSuccess ? new Delivery.Accepted(reply.Json() is { } body ? JsonPath.Text(body, mapping.Ref) : null) : answer.AsDelivery(now);

        var (code, reference, text) = Parts(reply);
        if (code is null)
            return reply.IsSuccess ? new Delivery.Ambiguous("The gateway's reply could not be read.") { ProviderText = Evidence.Cut(reply.Text) } : answer.AsDelivery(now);
        return ByCode(code, reference, text, reply, now) with { ProviderCode = code, ProviderText = Evidence.Cut(text) };
    }

    private Delivery ByCode(string code, string? reference, string? text, HttpAnswer.Replied reply, DateTimeOffset now)
    {
        var said = text ?? code;
        if (mapping.Accepted.Contains(code)) return new Delivery.Accepted(reference);
        if (mapping.Throttled.Contains(code)) return new Delivery.Throttled(reply.RetryAfter(now, TimeSpan.FromSeconds(5)));
        if (mapping.RetrySafe.Contains(code)) return new Delivery.RetrySafe(said);
        if (mapping.OptOut.Contains(code)) return new Delivery.OptOut(said);
        if (mapping.Suppress.Contains(code)) return new Delivery.PermanentRecipient(code, said, Suppress: true);
        if (mapping.Permanent.Contains(code)) return new Delivery.PermanentRecipient(code, said, Suppress: false);
        if (mapping.Configuration.Contains(code)) return new Delivery.Configuration(code, said);
        if (!reply.IsSuccess && (int)reply.Status < 500) return reply.AsDelivery(now);
        return mapping.Otherwise == UnlistedCode.Configuration ? new Delivery.Configuration(code, $"Code {code} is not in the account's reply mapping: {said}")
            : new Delivery.Ambiguous($"Code {code} is not in the account's reply mapping: {said}");
    }

    private (string? Code, string? Ref, string? Text) Parts(HttpAnswer.Replied reply)
    {
        if (_pattern is not null)
        {
            var match = _pattern.Match(reply.Text);
            return match.Success ? (Group(match, "code"), Group(match, "ref"), Group(match, "text")) : default;
        }

        return reply.Json() is { } body
            ? (JsonPath.Text(body, mapping.Code), JsonPath.Text(body, mapping.Ref), JsonPath.Text(body, mapping.Text)) : default;
    }

    private static string? Group(Match match, string name) => match.Groups[name] is { Success: true } group ? group.Value : null;
}
