using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>What became of one leased message.</summary>
internal sealed record Settlement(LeaseRow Row, MessageState To, SkipReason Reason)
{
    public DateTimeOffset? DueAt { get; init; }
    public string? ProviderRef { get; init; }
    public string? Code { get; init; }
    public string? Text { get; init; }
    public DateTimeOffset? SettleAfter { get; init; }

    /// <summary>Certainly not delivered: the customer's frequency cap is given back.</summary>
    public bool ReleasesCap { get; init; }
    public bool Suppress { get; init; }
    public bool OptOut { get; init; }

    /// <summary>Where it went, for what a refusal suppresses.</summary>
    public string? Address { get; init; }

    /// <summary>Its turn at the provider never came: more was leased than could be sent in time.</summary>
    public bool IsCrowded { get; init; }

    /// <summary>The account must not be used before this.</summary>
    public DateTimeOffset? CloseAccountUntil { get; init; }

    public static Settlement Returned(LeaseRow row) => new(row, MessageState.Planned, SkipReason.None) { ReleasesCap = true };
}

/// <summary>Turns verdicts of the channel port into ledger states with everything that follows from them.</summary>
internal sealed class Deliveries(Ledger ledger, AddressRefusals refusals, Incidents incidents, WorkSchedule schedule, BusinessClock clock, TimeProvider realClock)
{
    private const int AttemptLimit = 12;
    private static readonly TimeSpan ConfigurationPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan HealthEvery = TimeSpan.FromMinutes(1);

    /// <summary>When this node last wrote down that an account works: its row is not locked for every micro-batch.</summary>
    private readonly ConcurrentDictionary<int, DateTimeOffset> healthyAt = new();

    public Settlement Read(LeaseRow row, Delivery verdict, IChannel channel) =>
        (verdict switch
        {
            // The outbox is where a sandbox message was to arrive.
            Delivery.Accepted when channel is SandboxChannel => new Settlement(row, MessageState.Delivered, SkipReason.None),
            Delivery.Accepted accepted => new Settlement(row, MessageState.Accepted, SkipReason.None) { ProviderRef = channel.Guarantees.KeepsReference ? accepted.ProviderRef : null },
            Delivery.Ambiguous ambiguous => new Settlement(row, MessageState.Unknown, SkipReason.Ambiguous) { Text = ambiguous.Reason, SettleAfter = realClock.GetUtcNow() + channel.CallTimeout },
            Delivery.PermanentRecipient gone => new Settlement(row, MessageState.Failed, SkipReason.BadAddress) { Code = gone.Code, Text = gone.Reason, Suppress = gone.Suppress, ReleasesCap = true },
            Delivery.OptOut refused => new Settlement(row, MessageState.Failed, SkipReason.ProviderOptOut) { Text = refused.Reason, OptOut = true, ReleasesCap = true },
            Delivery.Configuration { OnlyThisMessage: true } unusable => new Settlement(row, MessageState.Failed, SkipReason.Unusable) { Code = unusable.Code, Text = unusable.Reason, ReleasesCap = true },
            Delivery.Configuration wrong => Again(row, clock.GetUtcNow() + ConfigurationPause, SkipReason.Configuration) with { Code = wrong.Code, Text = wrong.Reason, CloseAccountUntil = clock.GetUtcNow() + ConfigurationPause },
            Delivery.Throttled throttled => Again(row, Business(throttled.Until), SkipReason.Throttled) with { CloseAccountUntil = Business(throttled.Until) },
            Delivery.RetrySafe { Untried: true } => Settlement.Returned(row) with { IsCrowded = true },
            Delivery.RetrySafe safe => Again(row, clock.GetUtcNow() + Delay(row.Due.Attempt), SkipReason.Throttled) with { Text = safe.Reason },
            _ => new Settlement(row, MessageState.Unknown, SkipReason.Ambiguous) { Text = $"Verdict {verdict.GetType().Name}" },
        }) is var read && read.Code is null && verdict.ProviderCode is not null ? read with { Code = verdict.ProviderCode, Text = read.Text ?? verdict.ProviderText } : read;

    public async Task SettleAsync(WriteTransaction tx, SendJob job, IReadOnlyList<Settlement> settlements, short shard, CancellationToken cancellationToken)
    {
        var settled = await ledger.SettleAsync(tx, job.Occurrence.Id, [.. settlements.Select(ToRow)], job.Purpose, shard, cancellationToken);
        await MessageBudgets.ApplyAsync(
            tx, job.Occurrence.Id,
            [
                .. settlements.Where(item => settled.Contains((item.Row.Due.CustomerNo, item.Row.Due.Step)))
                    .Select(item => new CostMove(item.Row.Channel, MessageState.Leased, item.Row.Cost, item.To, item.To == MessageState.Unknown ? item.Row.Cost : item.Row.Actual)),
            ],
            shard, cancellationToken);
        foreach (var settlement in settlements.Where(item => item.Suppress || item.OptOut))
            await RecordRefusalAsync(tx, job, settlement, cancellationToken);
        await NoteAccountsAsync(tx, job, settlements, cancellationToken);
        if (settlements.Any(item => item.To == MessageState.Unknown))
            await SettleLaterAsync(tx, cancellationToken);
    }

    /// <summary>Has unknown messages asked about in a moment.</summary>
    public Task SettleLaterAsync(WriteTransaction tx, CancellationToken cancellationToken) =>
        schedule.EnqueueAsync(tx, new NewWork(SettleUnknown.WorkKind, "all", clock.GetUtcNow().AddSeconds(2)), cancellationToken);

    private static SettleRow ToRow(Settlement item) => new(item.Row.Due.CustomerNo, item.Row.Due.Step, (short)(item.Row.Due.Attempt + 1), item.Row.Channel, item.Row.AccountNo, item.To, item.Reason)
    {
        DueAt = item.DueAt?.ToUnixTimeMilliseconds() ?? 0,
        ProviderRef = item.ProviderRef,
        Code = item.Code,
        Text = item.Text is { Length: > 500 } text ? text[..500] : item.Text,
        SettleAfter = item.SettleAfter?.ToUnixTimeMilliseconds() ?? 0,
        CapDay = item.ReleasesCap ? item.Row.CapDay : 0,
        Cost = item.To == MessageState.Unknown ? -1 : item.Row.Actual,
    };

    private static Settlement Again(LeaseRow row, DateTimeOffset due, SkipReason reason) =>
        row.Due.Attempt + 1 >= AttemptLimit
            ? new Settlement(row, MessageState.Failed, reason) { ReleasesCap = true }
            : new Settlement(row, MessageState.Deferred, reason) { DueAt = due, ReleasesCap = true };

    private DateTimeOffset Business(DateTimeOffset real) => clock.GetUtcNow() + (real - realClock.GetUtcNow());

    private static TimeSpan Delay(int attempts)
    {
        var delay = FirstDelay * Math.Pow(2, attempts);
        return delay < LongestDelay ? delay : LongestDelay;
    }

    private async Task RecordRefusalAsync(WriteTransaction tx, SendJob job, Settlement settlement, CancellationToken cancellationToken)
    {
        var kind = LedgerChannel.Kind(settlement.Row.Channel)!.Value;
        var id = new MessageId(job.Occurrence.Id, settlement.Row.Due.CustomerNo, settlement.Row.Due.Step);
        var to = AddressRefusals.Of(kind, settlement.Row, settlement.Address);
        if (settlement.OptOut)
            await refusals.OptOutAsync(tx, kind, job.Rules.Purpose, id, to, cancellationToken);
        else
            await refusals.SuppressAsync(tx, "bounced", kind, id, to, cancellationToken);
    }

    private bool IsNews(int accountNo, DateTimeOffset now)
    {
        var known = healthyAt.GetValueOrDefault(accountNo);
        if (now - known < HealthEvery && now >= known)
            return false;
        return known == default ? healthyAt.TryAdd(accountNo, now) : healthyAt.TryUpdate(accountNo, now, known);
    }

    /// <summary>Health of the accounts. A refused account also raises an incident, once per pause.</summary>
    private async Task NoteAccountsAsync(WriteTransaction tx, SendJob job, IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var group in settlements.GroupBy(item => item.Row.AccountNo))
        {
            var worst = group.FirstOrDefault(item => item.CloseAccountUntil is not null) ?? group.FirstOrDefault(item => item.To == MessageState.Unknown);
            var accepted = group.Any(item => item.To is MessageState.Accepted or MessageState.Delivered);
            if (worst is null && (!accepted || !IsNews(group.Key, now)))
                continue;
            var account = await tx.Locked<ChannelAccount>("SELECT * FROM channel_accounts WHERE no = {0}", group.Key).SingleAsync(cancellationToken);
            if (accepted)
                account.LastAcceptedAt = now;
            if (worst is null)
                continue;
            var wasClosed = account.ClosedUntil > now;
            (account.LastError, account.LastErrorAt) = ($"{worst.Code} {worst.Text}".Trim(), now);
            if (worst.CloseAccountUntil is { } until && !(account.ClosedUntil > until))
                account.ClosedUntil = job.Accounts[group.Key].ClosedUntil = until;   // the rest of this turn knows it too
            if (worst.Reason == SkipReason.Configuration && !wasClosed)
                await incidents.RaiseAsync(tx, new NewIncident("channel-account", account.Name, job.Reachout.CampaignId, $"The provider refused the account or the content: {account.LastError}"), cancellationToken);
        }
    }
}
