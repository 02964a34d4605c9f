using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>The accounts at providers.</summary>
public sealed partial class ChannelAccounts(Database database, BusinessClock clock)
{
    public Task<List<ChannelAccount>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.ChannelAccounts.OrderBy(row => row.No).ToListAsync(token), cancellationToken);

    public Task<ChannelAccount?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.ChannelAccounts.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken);

    /// <summary>The account that serves a kind; null if none does.</summary>
    public Task<ChannelAccount?> ForKindAsync(ChannelKind kind, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.ChannelAccounts.SingleOrDefaultAsync(row => row.Kind == kind && row.IsDefault && !row.IsDisabled, token), cancellationToken);

    /// <summary>What the send checks need of the accounts, by kind.</summary>
    public Task<IReadOnlyDictionary<ChannelKind, RouteAccount>> RoutesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => RoutesAsync(db, token), cancellationToken);

    public async Task<IReadOnlyDictionary<ChannelKind, RouteAccount>> RoutesAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var accounts = await db.ChannelAccounts.AsNoTracking().Where(row => row.IsDefault && !row.IsDisabled).ToListAsync(cancellationToken);
        return accounts.ToDictionary(row => row.Kind, Route);
    }

    /// <summary>An account as the checks see it now.</summary>
    public RouteAccount Route(ChannelAccount account) => new(
        account.No,
        account.Provider,
        account.Mode == AccountMode.Live,
        account.Registration is RegistrationStatus.NotNeeded or RegistrationStatus.Registered && (account.RegisteredUntil is not { } until || clock.GetUtcNow() <= until),
        account.RegisteredUntil);
}
