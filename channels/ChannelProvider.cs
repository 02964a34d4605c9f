using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Channels;

/// <summary>A provider we can speak to: what it is called, what an account of it must say, and how an account becomes a channel.</summary>
public abstract class ChannelProvider
{
    /// <summary>Stable name, as stored with accounts: <c>twilio</c>, <c>smtp</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it reaches.</summary>
    public abstract ChannelKind Kind { get; }

    /// <summary>Name shown in English.</summary>
    public abstract string LabelEn { get; }

    /// <summary>Name shown in Chinese.</summary>
    public abstract string LabelZh { get; }

    /// <summary>Facts the console and the senders need.</summary>
    public abstract ProviderLimits Limits { get; }

    /// <summary>The settings form.</summary>
    public abstract IReadOnlyList<SettingField> Settings { get; }

    /// <summary>Every finding about the settings; empty if they can be used.</summary>
    public abstract IReadOnlyList<SettingError> Validate(JsonElement settings, EndpointPolicy endpoints);

    /// <summary>Opens the account. Cheap: connects to nothing yet.</summary>
    /// <exception cref="ChannelSettingsException">The settings do not validate.</exception>
    public abstract IChannel Open(JsonElement settings, ChannelServices services);
}

/// <summary>Limits of a provider that do not depend on the account.</summary>
public sealed record ProviderLimits
{
    /// <summary>Messages per second to start an account with; null: as fast as it goes.</summary>
    public double? DefaultRate { get; init; }

    /// <summary>Longest text in characters; null: no fixed limit.</summary>
    public int? MaxText { get; init; }

    /// <summary>Longest payload in bytes; null: no fixed limit.</summary>
    public int? MaxPayloadBytes { get; init; }

    /// <summary>Needs a template registered with the provider (<see cref="MessageContent.TemplateCode"/>).</summary>
    public bool NeedsTemplateCode { get; init; }

    /// <summary>Reports back to a callback address.</summary>
    public bool HasWebhook { get; init; }

    /// <summary>One call carries one text to many recipients and knows no values per recipient; the account's rate counts calls (群发).</summary>
    public bool SharesText { get; init; }

    /// <summary>Kind of push token that it sends to, where an app has tokens of several: fcm, apns, webpush; null: the app's own (registration id).</summary>
    public string? TokenKind { get; init; }

    /// <summary>An accepted message waits for a person (WeCom customer mass messages, manual channels).</summary>
    public bool AcceptedWaitsForStaff { get; init; }
}

/// <summary>A provider with typed settings, read strictly from JSON.</summary>
/// <typeparam name="TSettings">Settings; unknown members are refused.</typeparam>
internal abstract class ChannelProvider<TSettings> : ChannelProvider where TSettings : class
{
    public sealed override IReadOnlyList<SettingError> Validate(JsonElement settings, EndpointPolicy endpoints)
    {
        var errors = new List<SettingError>();
        if (Read(settings, errors) is { } read) Check(read, new SettingChecks(errors, endpoints));
        return errors;
    }

    public sealed override IChannel Open(JsonElement settings, ChannelServices services)
    {
        var errors = new List<SettingError>();
        var read = Read(settings, errors);
        if (read is not null) Check(read, new SettingChecks(errors, services.Endpoints));
        return errors.Count > 0 || read is null ? throw new ChannelSettingsException(Name, errors) : Open(read, services);
    }

    protected abstract void Check(TSettings settings, SettingChecks checks);

    protected abstract IChannel Open(TSettings settings, ChannelServices services);

    private static TSettings? Read(JsonElement settings, List<SettingError> errors)
    {
        try
        {
            if (settings.ValueKind == JsonValueKind.Object && settings.Deserialize<TSettings>(SettingsJson.Options) is { } read) return read;
            errors.Add(new("", "Expected an object."));
        }
        catch (JsonException exception)
        {
            // The exception's own text may quote a value, which may be a secret: say only where and what kind.
            var field = exception.Path?.TrimStart('$', '.') ?? "";
            var unknown = exception.Message.Contains("could not be mapped", StringComparison.Ordinal);
            errors.Add(new(field, unknown ? "Unknown setting; remove it or check its spelling." : "Has the wrong type."));
        }

        return null;
    }
}

internal static class SettingsJson
{
    /// <summary>Writes Chinese as it is; for JSON that goes into requests, never into HTML.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
