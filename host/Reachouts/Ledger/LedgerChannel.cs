using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>How the ledger writes a channel kind: its number plus one, 0 for none.</summary>
internal static class LedgerChannel
{
    public static short Of(ChannelKind? kind) => kind is { } some ? (short)((int)some + 1) : (short)0;

    public static ChannelKind? Kind(short stored) => stored == 0 ? null : (ChannelKind)(stored - 1);

    public static string? Name(short stored) => Kind(stored) is { } kind ? ChannelNames.Of(kind) : null;
}
