namespace Orchestrator.Channels;

/// <summary>Why a message is sent. Collection is not a purpose: it is refused long before a channel is reached.</summary>
public enum Purpose
{
    /// <summary>Advertising; needs consent for marketing.</summary>
    Marketing,

    /// <summary>Serves an existing contract: reminders, confirmations, notices.</summary>
    Servicing,
}
