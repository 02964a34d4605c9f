using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Payload: which confirmation.</summary>
internal sealed record ConfirmWork(long Id);

/// <summary>
/// Sends a confirmation through the account that brought the reply, as servicing: switches, suppression, provider policy and the account's rate hold for it as for
/// any message. Leased and committed before its request leaves; what may have left is never sent again (docs/decisions/0173-confirming-opt-outs.md).
/// </summary>
internal sealed class ConfirmOptOut(
    Database database, ChannelPool pool, ControlWatch controls, AccountRates rates, ProviderPolicyKind policies, PersonalData personal, WorkSchedule schedule, AuditChain audit, BusinessClock clock, TimeProvider realClock,
    OrchestratorOptions options) : IWorkHandler
{
    public const string WorkKind = "confirm-opt-out";
    internal const string Place = "opt_out_confirmations";
    private const string IdPrefix = "confirm.";

    /// <summary>As an occurrence of its own among those that share an account's rate.</summary>
    private const long ShareOfRate = long.MaxValue;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5), LeaseMargin = TimeSpan.FromSeconds(10);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public string Kind => WorkKind;

    public static NewWork WorkFor(OptOutConfirmation row, DateTimeOffset due) => new(WorkKind, row.Id.ToString(CultureInfo.InvariantCulture), due, new ConfirmWork(row.Id));

    /// <summary>Null: it is no confirmation's.</summary>
    public static long? IdOf(string? messageId) =>
        messageId is not null && messageId.StartsWith(IdPrefix, StringComparison.Ordinal) && long.TryParse(messageId.AsSpan(IdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<ConfirmWork>(item.Payload, JsonDefaults.Options)!;
        var (row, account) = await database.ReadAsync(
            async (db, token) =>
            {
                var found = await db.OptOutConfirmations.SingleAsync(one => one.Id == work.Id, token);
                return (found, await db.ChannelAccounts.SingleAsync(one => one.No == found.AccountNo, token));
            },
            cancellationToken);
        if (row.State == ConfirmationState.Waiting && account.Rate is { } rate)
        {
            var place = await rates.TakeAsync(account.RateNo, rate, ShareOfRate, 1, cancellationToken);
            if (place.Count == 0)
            {
                await database.WriteAsync((tx, token) => LookAgainAsync(tx, item, row, place.Wait, token), cancellationToken);
                return;
            }
            var until = DateTimeOffset.UnixEpoch.AddMicroseconds(place.FirstAt) - realClock.GetUtcNow();
            if (until > TimeSpan.Zero)
                await Task.Delay(until, realClock, cancellationToken);
        }
        var channel = pool.For(account);
        if (await database.WriteAsync((tx, token) => LeaseAsync(tx, item, work.Id, account, channel.CallTimeout, token), cancellationToken) is not { } leased)
            return;
        // As every sender does: looked at once more right before the call.
        var delivery = controls.IsClosed(Scopes(account)) ? new Delivery.RetrySafe("A switch was closed.") : await SendAsync(channel, leased, cancellationToken);
        await database.WriteAsync((tx, token) => SettleAsync(tx, item, work.Id, delivery, token), cancellationToken);
    }

    private async Task<Delivery> SendAsync(IChannel channel, OptOutConfirmation row, CancellationToken cancellationToken)
    {
        var message = new OutboundMessage
        {
            MessageId = IdPrefix + row.Id.ToString(CultureInfo.InvariantCulture),
            Address = personal.Unprotect(row.Address, Place)!,
            Purpose = Purpose.Servicing,
            Language = row.Language,
            ExpiresAt = row.Latest,
            Content = new MessageContent { Text = row.Text },
        };
        try
        {
            return (await channel.SendAsync([message], cancellationToken))[0];
        }
        catch (Exception exception)
        {
            return new Delivery.Ambiguous(exception.Message);
        }
    }

    /// <returns>The row, leased; null: it does not leave now.</returns>
    private async Task<OptOutConfirmation?> LeaseAsync(WriteTransaction tx, WorkItem item, long id, ChannelAccount account, TimeSpan longest, CancellationToken cancellationToken)
    {
        await ReachoutControls.EnsureAsync(tx, Scopes(account), cancellationToken);
        var (closed, _) = await ReachoutControls.ClosedAsync(tx, Scopes(account), cancellationToken);
        var row = await LockAsync(tx, id, cancellationToken);
        if (row.State == ConfirmationState.Sending)
            return await EndAsync(tx, item, row, ConfirmationState.Unknown, "The sender was lost.", cancellationToken);
        if (row.State != ConfirmationState.Waiting)
        {
            await schedule.CompleteAsync(tx, item, cancellationToken);
            return null;
        }
        var now = clock.GetUtcNow();
        if (now > row.Latest)
            return await EndAsync(tx, item, row, ConfirmationState.Expired, null, cancellationToken);
        if (account.IsDisabled || await KeptBackAsync(tx, row, account, now, cancellationToken))
            return await EndAsync(tx, item, row, ConfirmationState.Skipped, account.IsDisabled ? "The account is disabled." : "Suppressed, or forbidden by the provider.", cancellationToken);
        if (closed.Count > 0)
        {
            await LookAgainAsync(tx, item, row, LookAgain, cancellationToken);
            return null;
        }
        (row.State, row.LeaseUntil, row.ChangedAt) = (ConfirmationState.Sending, (realClock.GetUtcNow() + longest + LeaseMargin).ToUnixTimeMilliseconds(), now);
        // Counted, never refused: no budget may keep back what the law asks for (docs/decisions/0210-confirmations-cost.md).
        row.Cost = MessageCost.Of(account, new MessageContent { Text = row.Text });
        return row;
    }

    private async Task<bool> KeptBackAsync(WriteTransaction tx, OptOutConfirmation row, ChannelAccount account, DateTimeOffset now, CancellationToken cancellationToken) =>
        await tx.Db.Suppressions.AnyAsync(one => one.LiftedAt == null && (one.AddressHash == row.AddressHash || (one.CustomerNo == row.CustomerNo && (one.Channel == null || one.Channel == account.Kind))), cancellationToken)
        || (await policies.PolicyAsync(tx.Db, cancellationToken)).Check(account.Provider, Purpose.Servicing, null, personal.Unprotect(row.Address, Place), LocalDay.Of(now, zone)) is not null;

    private async Task SettleAsync(WriteTransaction tx, WorkItem item, long id, Delivery delivery, CancellationToken cancellationToken)
    {
        var row = await LockAsync(tx, id, cancellationToken);
        if (row.State != ConfirmationState.Sending)
        {
            // A receipt was faster.
            await schedule.CompleteAsync(tx, item, cancellationToken);
            return;
        }
        row.ProviderRef = (delivery as Delivery.Accepted)?.ProviderRef;
        switch (delivery)
        {
            case Delivery.RetrySafe or Delivery.Throttled:
                (row.State, row.LeaseUntil) = (ConfirmationState.Waiting, 0);
                await LookAgainAsync(tx, item, row, LookAgain, cancellationToken);
                break;
            case Delivery.Accepted:
                await EndAsync(tx, item, row, ConfirmationState.Accepted, delivery.ProviderText, cancellationToken);
                break;
            case Delivery.Ambiguous:
                await EndAsync(tx, item, row, ConfirmationState.Unknown, delivery.ProviderText, cancellationToken);
                break;
            default:
                await EndAsync(tx, item, row, ConfirmationState.Failed, DeliveryNames.Detail(delivery), cancellationToken);
                break;
        }
    }

    private async Task<OptOutConfirmation?> EndAsync(WriteTransaction tx, WorkItem item, OptOutConfirmation row, ConfirmationState state, string? detail, CancellationToken cancellationToken)
    {
        (row.State, row.LeaseUntil, row.Detail, row.Address, row.ChangedAt) = (state, 0, detail, null, clock.GetUtcNow());
        await schedule.CompleteAsync(tx, item, cancellationToken);
        await audit.AppendAsync(tx, Replies.Chain, Actor.System, cancellationToken, new AuditEntry("opt-out-confirmation", row.ReplyRef, new { row.Id, row.AccountNo, row.CustomerNo, state }, detail));
        return null;
    }

    private async Task LookAgainAsync(WriteTransaction tx, WorkItem item, OptOutConfirmation row, TimeSpan wait, CancellationToken cancellationToken)
    {
        await schedule.CompleteAsync(tx, item, cancellationToken);
        await schedule.EnqueueAsync(tx, WorkFor(row, clock.GetUtcNow() + wait), cancellationToken);
    }

    private static Task<OptOutConfirmation> LockAsync(WriteTransaction tx, long id, CancellationToken cancellationToken) =>
        tx.Locked<OptOutConfirmation>("SELECT * FROM opt_out_confirmations WHERE id = {0}", id).SingleAsync(cancellationToken);

    private static string[] Scopes(ChannelAccount account) => [ControlScope.All.Key, ControlScope.Channel(ChannelNames.Of(account.Kind)).Key, ControlScope.Account(account.No).Key];
}
