namespace Orchestrator.Channels.Http;

/// <summary>Settings every account of an HTTP API has.</summary>
internal abstract record ApiSettings
{
    /// <summary>Where the provider's API is; null is its public address. Change it only for proxies and simulators.</summary>
    public Uri? BaseAddress { get; init; }

    public int TimeoutSeconds { get; init; } = 10;

    public int Concurrency { get; init; } = 32;

    public double? MessagesPerSecond { get; init; }

    public static IReadOnlyList<SettingField> Fields { get; } =
    [
        new("baseAddress", SettingType.Url, "API address", "接口地址") { HelpEn = "Leave empty for the provider's public address.", HelpZh = "留空则使用服务商公网地址。" },
        new("timeoutSeconds", SettingType.Number, "Timeout (s)", "超时（秒）") { Default = "10" },
        new("concurrency", SettingType.Number, "Calls in flight", "并发数") { Default = "32" },
        new("messagesPerSecond", SettingType.Number, "Messages per second", "每秒条数"),
    ];

    public static IReadOnlyList<SettingField> CallbackFields { get; } =
    [
        new("callbackSecret", SettingType.Text, "Callback secret", "回调密钥") { Secret = true, HelpEn = "Last part of the callback address, 16+ characters.", HelpZh = "回调地址的最后一段，16 位以上。" },
        new("allowedAddresses", SettingType.List, "May call back", "允许回调的地址") { HelpEn = "Addresses or ranges, a line each; empty: any.", HelpZh = "每行一个地址或网段；留空不限制。" },
    ];

    public AccountHttp Http(ChannelServices services, string provider, bool http2 = false, int? maxReply = null) => new(services, new()
    {
        Provider = provider,
        Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
        Concurrency = Concurrency,
        Http2 = http2,
        MaxReply = maxReply ?? 256 * 1024,
    });

    /// <summary>The API's address of a path, on the given public host unless the account says otherwise.</summary>
    public Uri Api(string publicAddress, string path) => new((BaseAddress?.ToString() ?? publicAddress).TrimEnd('/') + path);

    public void CheckApi(SettingChecks checks)
    {
        if (BaseAddress is not null) checks.Endpoint("baseAddress", BaseAddress);
        checks.Between("timeoutSeconds", TimeoutSeconds, 1, 120);
        checks.Between("concurrency", Concurrency, 1, 512);
    }

    public sealed override string ToString() => GetType().Name;   // never a secret
}
