namespace Orchestrator.Channels.Sms.HttpGateway;

/// <summary>Settings of a gateway that is described rather than programmed: request, reply, reports and replies as data.</summary>
internal sealed record HttpGatewaySettings
{
    public GatewayRequest? Request { get; init; }
    public GatewayReply Reply { get; init; } = new();
    public GatewayReports? Reports { get; init; }
    public GatewayReplies? Replies { get; init; }
    public GatewayCallback Callback { get; init; } = new();
    public GatewayQuery? Query { get; init; }
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>Put before national numbers in reports and taken off for <c>${phoneNational}</c>.</summary>
    public string CountryCode { get; init; } = "+86";

    /// <summary>The gateway adds the 【signature】 itself: take it off the text.</summary>
    public bool StripSignature { get; init; }

    /// <summary>Seconds in which the gateway recognises a repeated echo; null: it does not.</summary>
    public int? IdempotencySeconds { get; init; }

    public int TimeoutSeconds { get; init; } = 10;
    public int Concurrency { get; init; } = 64;
    public double? MessagesPerSecond { get; init; }

    public override string ToString() => $"HttpGatewaySettings {Request?.Url?.Host}";
}

internal enum BodyFormat { Json, Form, Xml, Text, None }

internal record GatewayRequest
{
    public Uri? Url { get; init; }
    public string Method { get; init; } = "POST";
    public BodyFormat Format { get; init; } = BodyFormat.Json;
    public string Body { get; init; } = "";
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    public GatewaySignature? Sign { get; init; }
}

internal enum SignatureAlgorithm { HmacSha256, HmacSha1, Sha256, Sha1, Md5 }

internal enum SignatureEncoding { Hex, UpperHex, Base64 }

/// <summary>Fills <c>${sign}</c>: the digest of a template, keyed for the HMACs.</summary>
internal sealed record GatewaySignature
{
    public SignatureAlgorithm Algorithm { get; init; }
    public SignatureEncoding Encoding { get; init; }
    public string Key { get; init; } = "";
    public string Input { get; init; } = "";
}

internal enum UnlistedCode { Ambiguous, Configuration }

internal sealed record GatewayReply
{
    /// <summary>For replies that are not JSON: a regular expression with groups code, ref, text.</summary>
    public string? Pattern { get; init; }
    public string? Code { get; init; }
    public string? Ref { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<string> Accepted { get; init; } = [];
    public IReadOnlyList<string> RetrySafe { get; init; } = [];
    public IReadOnlyList<string> Throttled { get; init; } = [];
    public IReadOnlyList<string> Permanent { get; init; } = [];
    public IReadOnlyList<string> Suppress { get; init; } = [];
    public IReadOnlyList<string> OptOut { get; init; } = [];
    public IReadOnlyList<string> Configuration { get; init; } = [];
    public UnlistedCode Otherwise { get; init; }
}

internal record GatewayReports
{
    /// <summary>Path of the array (or single object) of reports; empty: the body itself.</summary>
    public string Items { get; init; } = "";
    public string? Echo { get; init; }
    public string? Ref { get; init; }
    public string? Phone { get; init; }
    public string? Status { get; init; }
    public string? Text { get; init; }
    public string? Time { get; init; }
    public string TimeFormat { get; init; } = "yyyy-MM-dd HH:mm:ss";
    public string TimeZone { get; init; } = "Asia/Shanghai";
    public IReadOnlyList<string> Delivered { get; init; } = ["DELIVRD", "DELIVERED"];
    public IReadOnlyList<string> Accepted { get; init; } = [];
    public IReadOnlyList<string> Expired { get; init; } = ["EXPIRED"];
    public IReadOnlyList<string> Suppress { get; init; } = [];
    public IReadOnlyList<string> OptOut { get; init; } = [];
}

internal sealed record GatewayReplies
{
    public string Items { get; init; } = "";
    public string? Phone { get; init; }
    public string? Text { get; init; }
    public string? Time { get; init; }
    public string? Ref { get; init; }
}

internal sealed record GatewayCallback
{
    /// <summary>Last path segment of the callback address.</summary>
    public string? Secret { get; init; }

    /// <summary>Addresses or CIDR ranges that may call; empty: any.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];
    public string Answer { get; init; } = "{\"code\":0}";
    public string AnswerType { get; init; } = "application/json; charset=utf-8";
}

/// <summary>Asks for one message's state; the reply is read like a report.</summary>
internal sealed record GatewayQuery
{
    public GatewayRequest? Request { get; init; }
    public GatewayReports Result { get; init; } = new();
    public bool AbsenceIsFinal { get; init; }
    public int VisibilitySeconds { get; init; } = 60;
}
