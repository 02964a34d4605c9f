using System.Security.Cryptography;
using System.Text;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.HttpGateway;

/// <summary>Turns the described request into HTTP requests; every template is cut once.</summary>
internal sealed class GatewayRequestBuilder
{
    private readonly GatewayRequest _request;
    private readonly HttpMethod _method;
    private readonly RequestTemplate _body;
    private readonly RequestTemplate _url;
    private readonly Uri? _fixed;
    private readonly (string Name, RequestTemplate Value)[] _query;
    private readonly (string Name, RequestTemplate Value)[] _headers;
    private readonly (RequestTemplate Key, RequestTemplate Input)? _sign;

    public GatewayRequestBuilder(GatewayRequest request)
    {
        _request = request;
        _method = HttpMethod.Parse(request.Method);
        _body = new RequestTemplate(request.Body, Insert(request.Format));
        _url = new RequestTemplate(request.Url!.OriginalString, InsertAs.Form);
        _query = [.. request.Query.Select(q => (q.Key, new RequestTemplate(q.Value, InsertAs.Raw)))];
        _headers = [.. request.Headers.Select(h => (h.Key, new RequestTemplate(h.Value, InsertAs.Raw)))];
        _fixed = _query.Length == 0 && !_url.Names.Any() ? new Uri(_url.Fill(_ => "")) : null;
        _sign = request.Sign is { } sign ? (new RequestTemplate(sign.Key, InsertAs.Raw), new RequestTemplate(sign.Input, InsertAs.Raw)) : null;
    }

    /// <summary>Every placeholder used anywhere in the request.</summary>
    public IEnumerable<string> Names =>
        new[] { _body, _url }.Concat(_query.Concat(_headers).Select(t => t.Value))
            .Concat(_sign is { } sign ? [sign.Key, sign.Input] : []).SelectMany(t => t.Names).Distinct();

    public HttpRequestMessage Build(GatewayValues values)
    {
        Func<string, string> value = name => values[name];
        if (_sign is { } sign) values.Sign = Digest(sign.Key.Fill(value), sign.Input.Fill(value));
        var request = new HttpRequestMessage(_method, Address(value))
        {
            Content = _request.Format == BodyFormat.None ? new ByteArrayContent([]) : new StringContent(_body.Fill(value), Encoding.UTF8, MediaType(_request.Format)),
        };
        foreach (var (name, template) in _headers)
        {
            var text = template.Fill(value);
            if (text.AsSpan().ContainsAny('\r', '\n')) throw new UnusableMessageException("header", $"Header '{name}' would carry a line break.");
            if (!request.Headers.TryAddWithoutValidation(name, text))
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, text);
            }
        }

        return request;
    }

    private Uri Address(Func<string, string> value)
    {
        if (_fixed is not null) return _fixed;
        var address = _url.Fill(value);
        if (_query.Length == 0) return new Uri(address);
        var query = string.Join('&', _query.Select(q => $"{Uri.EscapeDataString(q.Name)}={Uri.EscapeDataString(q.Value.Fill(value))}"));
        return new Uri($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}");
    }

#pragma warning disable CA5350, CA5351 // Gateways of this kind ask for SHA-1 and MD5 signatures; the wire contract is theirs.
    private string Digest(string key, string input)
    {
        var bytes = Encoding.UTF8.GetBytes(input);
        var secret = Encoding.UTF8.GetBytes(key);
        var digest = _request.Sign!.Algorithm switch
        {
            SignatureAlgorithm.HmacSha256 => HMACSHA256.HashData(secret, bytes),
            SignatureAlgorithm.HmacSha1 => HMACSHA1.HashData(secret, bytes),
            SignatureAlgorithm.Sha256 => SHA256.HashData(bytes),
            SignatureAlgorithm.Sha1 => SHA1.HashData(bytes),
            _ => MD5.HashData(bytes),
        };
        return _request.Sign.Encoding switch
        {
            SignatureEncoding.Base64 => Convert.ToBase64String(digest),
            SignatureEncoding.UpperHex => Convert.ToHexString(digest),
            _ => Convert.ToHexStringLower(digest),
        };
    }
#pragma warning restore CA5350, CA5351

    private static InsertAs Insert(BodyFormat format) => format switch
    {
        BodyFormat.Json => InsertAs.Json,
        BodyFormat.Form => InsertAs.Form,
        BodyFormat.Xml => InsertAs.Xml,
        _ => InsertAs.Raw,
    };

    private static string MediaType(BodyFormat format) => format switch
    {
        BodyFormat.Json => "application/json",
        BodyFormat.Form => "application/x-www-form-urlencoded",
        BodyFormat.Xml => "text/xml",
        _ => "text/plain",
    };
}
