using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Twilio;

internal sealed record TwilioSettings : ApiSettings
{
    public string AccountSid { get; init; } = "";
    public string AuthToken { get; init; } = "";
    public string? ApiKeySid { get; init; }
    public string? ApiKeySecret { get; init; }
    public string? From { get; init; }
    public string? MessagingServiceSid { get; init; }

    /// <summary>Public address of this account's callback; our id is added to its query and comes back signed.</summary>
    public Uri? StatusCallback { get; init; }
}
