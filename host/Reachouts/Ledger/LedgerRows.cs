namespace Orchestrator.Host.Reachouts;

/// <summary>An open message as it was read, before it was decided on.</summary>
internal readonly record struct DueRow(long CustomerNo, short Step, MessageState State, SkipReason Reason, short Channel, short Attempt, long Cost = 0, short Variant = 0)
{
    /// <summary><see cref="Message.LatestMinute"/>.</summary>
    public int LatestMinute { get; init; }

    /// <summary>What is not sent by then expires.</summary>
    public DateTimeOffset LatestAt(Occurrence occurrence) => LatestMinute == 0 ? occurrence.LatestAt : DateTimeOffset.UnixEpoch.AddMinutes(LatestMinute);

    public CountKey Key => new(Step, Channel, State, Reason);
}

/// <summary>What was decided for one message: the row of a lease.</summary>
internal sealed record LeaseRow(DueRow Due, long Version, MessageState To, SkipReason Reason, short Channel, int AccountNo, long DueAt)
{
    /// <summary>Day of the customer's calendar that the frequency cap is charged to; 0: none.</summary>
    public int CapDay { get; init; }
    public string? AddressHash { get; init; }

    /// <summary>What it reserves: the most it can cost.</summary>
    public long Cost { get; init; }

    /// <summary>What it costs as it was rendered.</summary>
    public long Actual { get; init; }
    public short Variant { get; init; }

    /// <summary>Number of the messages that the same switches close.</summary>
    public short Part { get; init; }

    /// <summary><see cref="ChannelAccount.RouteOfSends"/> of its account.</summary>
    public int Route { get; init; }

    /// <summary>Its place in the account's rate (real clock, Unix µs); 0: at once.</summary>
    public long StartAt { get; init; }

    public CountKey Key => new(Due.Step, Channel, To, Reason);

    public CapCharge Charge => new(Due.CustomerNo, CapDay, Channel);

    public LeaseRow Refused(SkipReason reason) => this with { To = MessageState.Skipped, Reason = reason, CapDay = 0 };
}

/// <summary>What an attempt came to: the row of a settlement.</summary>
internal sealed record SettleRow(long CustomerNo, short Step, short Attempt, short Channel, int AccountNo, MessageState To, SkipReason Reason)
{
    public long DueAt { get; init; }
    public string? ProviderRef { get; init; }
    public string? Code { get; init; }
    public string? Text { get; init; }
    public int CapDay { get; init; }

    /// <summary>What it cost, for a message that a provider took; below zero: as much as it reserved.</summary>
    public long Cost { get; init; } = -1;

    /// <summary>Real clock, Unix ms, when an unknown attempt may be asked about; 0: never.</summary>
    public long SettleAfter { get; init; }

    /// <summary>Ended without being taken by the provider: kept as evidence beside the ledger.</summary>
    public bool IsIssue => To is not (MessageState.Accepted or MessageState.Delivered or MessageState.Planned);

    public CountKey Key => new(Step, Channel, To, Reason);

    public CapCharge Charge => new(CustomerNo, CapDay, Channel);
}

/// <summary>Caps of a lease.</summary>
internal sealed record CapRule(short Purpose, FrequencyCaps Caps);

/// <summary>One message charged to a customer's day.</summary>
internal readonly record struct CapCharge(long CustomerNo, int Day, short Channel);
