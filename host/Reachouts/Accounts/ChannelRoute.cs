using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Reachouts;

/// <summary>A kind of channel in a phase, with the accounts that serve its purpose; none: the kind can't be used. Immutable and thread-safe.</summary>
public sealed class ChannelRoute
{
    private readonly RouteAccount[] accounts;
    private readonly RouteAccount[] anywhere;
    private readonly bool needsAddress;

    /// <param name="kind">The kind.</param>
    /// <param name="purpose">What the phase is for.</param>
    /// <param name="accounts">Those of the kind, in any order.</param>
    public ChannelRoute(ChannelKind kind, Purpose purpose, IEnumerable<RouteAccount> accounts)
    {
        Kind = kind;
        this.accounts = [.. accounts.Where(account => account.Serves(purpose)).Select(account => account with { Slot = AddressSlot.Of(kind, account.Provider) }).OrderBy(account => account.Purposes.Count == 0).ThenBy(account => account.IsDefault).ThenBy(account => account.Order).ThenBy(account => account.No)];
        needsAddress = this.accounts.Any(account => account.Prefixes.Count > 0);
        Reached = this.accounts.Length == 0 ? [.. AddressSlot.Of(kind).DefaultIfEmpty(new AddressSlot(kind))] : [.. this.accounts.Select(account => account.Slot).Distinct()];
        anywhere = LiveOf(this.accounts.Where(account => account.Prefixes.Count == 0));
    }

    /// <summary>The route of a phase: work by hand goes to the account that the phase names, all else to those in use.</summary>
    public static ChannelRoute Of(Phase phase, ChannelKind kind, IEnumerable<RouteAccount> accounts) => new(
        kind, ChannelNames.ParsePurpose(phase.Purpose),
        kind == ChannelKind.Manual && phase.ManualAccount is { } name ? accounts.Where(account => account.Name == name) : accounts.Where(account => account.IsInUse));

    public ChannelKind Kind { get; }

    /// <summary>All that serve the purpose, whatever the address.</summary>
    public IReadOnlyList<RouteAccount> Accounts => accounts;

    /// <summary>
    /// Those that serve an address, best first: the longest prefix, then one that names the purpose, then the default, each by its order. As soon as one of
    /// them is live the others don't count: nothing meant to arrive ends in the sandbox.
    /// </summary>
    /// <param name="address">Null: not known; only accounts without prefixes serve it.</param>
    public IReadOnlyList<RouteAccount> For(string? address) => !needsAddress || address is null ? anywhere : LiveOf(
        accounts.Select(account => (Account: account, Length: account.PrefixOf(address))).Where(pair => pair.Length >= 0).OrderByDescending(pair => pair.Length).Select(pair => pair.Account));

    /// <summary>The same for a customer; of push accounts those for whose kind of token there is one. The address is opened only where an account has prefixes.</summary>
    public IReadOnlyList<RouteAccount> For(Candidate candidate)
    {
        if (Kind == ChannelKind.Push && accounts.Length > 1)
            return LiveOf(accounts.Where(account => candidate.Channel(account.Slot) is not null));
        return For(needsAddress ? candidate.Channel(Kind)?.Address : null);
    }

    /// <summary>The addresses that some account sends to; without any account all of the channel's.</summary>
    public IReadOnlyList<AddressSlot> Reached { get; }

    private static RouteAccount[] LiveOf(IEnumerable<RouteAccount> matching)
    {
        RouteAccount[] all = [.. matching];
        return Array.Exists(all, account => account.IsLive) ? [.. all.Where(account => account.IsLive)] : all;
    }
}

/// <summary>What the checks need of an account.</summary>
/// <param name="No">Its short number, as in the ledger.</param>
/// <param name="Provider">Provider name, for provider policy.</param>
/// <param name="IsLive">Live; otherwise messages go to the sandbox outbox.</param>
/// <param name="RegisteredUntil">Last moment of its signature's registration 报备; null: none needed or without end.</param>
/// <param name="IsRegistered">The registration is in force, or none is needed.</param>
public sealed record RouteAccount(int No, string Provider, bool IsLive, bool IsRegistered, DateTimeOffset? RegisteredUntil)
{
    public string Name { get; init; } = "";

    /// <summary>Serves what no other account of its kind does.</summary>
    public bool IsDefault { get; init; } = true;

    /// <summary>Empty: any.</summary>
    public IReadOnlyList<Purpose> Purposes { get; init; } = [];

    /// <summary>Starts of the addresses; empty: any.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Among accounts that match equally well the smallest comes first.</summary>
    public int Order { get; init; }

    /// <summary>Which address of a customer it sends to; its route says.</summary>
    public AddressSlot Slot { get; init; }

    /// <summary>Sends registered templates only.</summary>
    public bool NeedsCode { get; } = TemplateCodes.AreNeeded(Provider);

    /// <summary>The default, or says what it serves.</summary>
    public bool IsInUse => IsDefault || Purposes.Count > 0 || Prefixes.Count > 0;

    public bool Serves(Purpose purpose) => IsDefault || Purposes.Count == 0 || Purposes.Contains(purpose);

    /// <summary>How much of an address the account names; -1: it doesn't serve it.</summary>
    public int PrefixOf(string address) =>
        Prefixes.Count == 0 ? 0 : Prefixes.Where(prefix => address.StartsWith(prefix, StringComparison.Ordinal)).Select(prefix => prefix.Length).DefaultIfEmpty(-1).Max();
}
