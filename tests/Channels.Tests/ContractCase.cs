namespace Orchestrator.Channels.Tests;

/// <summary>Cases of the <see cref="ChannelContract"/> that an adapter may be unable to meet.</summary>
public enum ContractCase
{
    Throttled,
    TimeoutAfterAccept,
    CloseAfterAccept,
    MalformedReply,
    HugeBody,
    ErrorAfterAccept,
    ExpiredCredentials,
    Redirect,
    TlsFailure,
    PartialBatch,
    Settings,
}
