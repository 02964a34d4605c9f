using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>A confirmation as people see it.</summary>
public sealed record ConfirmationView(long Id, int AccountNo, string ReplyRef, string Address, string Language, string Text, ConfirmationState State, DateTimeOffset RepliedAt, DateTimeOffset Latest, DateTimeOffset ChangedAt, string? Detail);

/// <summary>Lists confirmations and takes what providers report of them.</summary>
internal sealed class Confirmations(Database database, BusinessClock clock)
{
    private const int Limit = 200;

    /// <summary>Newest first.</summary>
    public async Task<List<ConfirmationView>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (db, token) => db.OptOutConfirmations.OrderByDescending(row => row.Id).Take(Limit).ToListAsync(token), cancellationToken);
        return rows.ConvertAll(row => new ConfirmationView(row.Id, row.AccountNo, row.ReplyRef, row.AddressMasked, row.Language, row.Text, row.State, row.RepliedAt, row.Latest, row.ChangedAt, row.Detail));
    }

    /// <returns>For each receipt whether it was a confirmation's.</returns>
    public async Task<bool[]> ApplyAsync(WriteTransaction tx, ChannelAccount account, IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken)
    {
        var matched = new bool[receipts.Count];
        for (var i = 0; i < receipts.Count; i++)
        {
            var id = ConfirmOptOut.IdOf(receipts[i].MessageId);
            if (id is null && (receipts[i].MessageId is not null || receipts[i].ProviderRef is null))
                continue;
            var reference = receipts[i].ProviderRef;
            var row = await tx.Db.OptOutConfirmations.AsTracking().SingleOrDefaultAsync(one => one.AccountNo == account.No && (id == null ? one.ProviderRef == reference : one.Id == id), cancellationToken);
            if (row is null)
                continue;
            matched[i] = true;
            var next = receipts[i].Status switch
            {
                ReceiptStatus.Delivered => ConfirmationState.Delivered,
                ReceiptStatus.Failed or ReceiptStatus.Expired when row.State is ConfirmationState.Sending or ConfirmationState.Accepted or ConfirmationState.Unknown => ConfirmationState.Failed,
                ReceiptStatus.Accepted when row.State is ConfirmationState.Sending or ConfirmationState.Unknown => ConfirmationState.Accepted,
                _ => row.State,
            };
            if (row.State != ConfirmationState.Delivered && next != row.State)
                (row.State, row.LeaseUntil, row.Address, row.ChangedAt) = (next, 0, null, clock.GetUtcNow());
        }
        return matched;
    }
}

internal static class ReplyEndpoints
{
    public static void MapReplies(this RouteGroupBuilder api) =>
        api.MapGet("/opt-out-confirmations", async (Confirmations service, CancellationToken token) => await service.ListAsync(token))
            .RequireRole(Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor).WithName("ListOptOutConfirmations");
}
