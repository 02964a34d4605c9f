using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Scheduling;

/// <summary>
/// This node's renewed lease. Leased work and messages carry <see cref="Epoch"/>; whoever commits them checks it, so that a node that was
/// frozen past its lease can't write when it wakes up. Time is counted by two clocks, of which the later decides: the monotonic one (not
/// moved by clock changes) and the wall clock (runs on while the machine is suspended).
/// </summary>
public sealed class NodeLease
{
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly TimeSpan length;
    private long renewedTicks;
    private DateTimeOffset renewedAt;

    internal NodeLease(Database database, OrchestratorOptions options, TimeProvider clock)
    {
        (this.database, this.clock) = (database, clock);
        length = TimeSpan.FromSeconds(options.NodeLeaseSeconds);
        Name = NameOf(options);
    }

    public string Name { get; }

    /// <summary>Larger than every epoch given before on any node; 0 before <see cref="AcquireAsync"/>.</summary>
    public long Epoch { get; private set; }

    public TimeSpan RenewEvery => length / 3;

    /// <summary>How many nodes live, this one included, as of the last look.</summary>
    public int LiveNodes { get; private set; } = 1;

    /// <summary>What is left of the lease; zero or less: it is lost, nothing may be sent.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (Epoch == 0)
                return TimeSpan.Zero;
            var monotonic = Stopwatch.GetElapsedTime(Interlocked.Read(ref renewedTicks));
            var wall = clock.GetUtcNow() - renewedAt;
            return length - (monotonic > wall ? monotonic : wall);
        }
    }

    /// <summary>Whether the lease outlasts <paramref name="atLeast"/>: asked right before a network call with the call's timeout.</summary>
    public bool Outlasts(TimeSpan atLeast) => Remaining > atLeast;

    /// <summary>Takes the lease with a new epoch. An earlier start under this name is fenced off at once.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        var (ticks, at) = (Stopwatch.GetTimestamp(), clock.GetUtcNow());
        Epoch = await database.WriteAsync(
            async (tx, token) =>
            {
                // The lock is the newest row: two nodes that start at once get different epochs.
                var nodes = await tx.Locked<Node>("SELECT * FROM nodes ORDER BY name").ToListAsync(token);
                var epoch = nodes.Select(node => node.Epoch).DefaultIfEmpty(0).Max() + 1;
                var mine = nodes.Find(node => node.Name == Name);
                if (mine is null)
                    tx.Db.Add(mine = new Node { Name = Name });
                (mine.Epoch, mine.Until, mine.StartedAt) = (epoch, at + length, at);
                return epoch;
            },
            cancellationToken);
        Remember(ticks, at);
    }

    /// <summary>
    /// Renews the lease. One that has passed (the node was frozen, or cut off from the database) is not brought back to life: others may have
    /// taken over what it held, so the node goes on under a new epoch and what it began under the old one can't be committed.
    /// </summary>
    /// <returns>False: another start of this node took over; this one must stop.</returns>
    public async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        var stands = await ExtendAsync(cancellationToken);
        await database.ReadAsync(LookAroundAsync, cancellationToken);
        return stands;
    }

    /// <summary>Counts the nodes that live; an embedded database has but one.</summary>
    /// <returns>Their epochs.</returns>
    internal async Task<IReadOnlyList<long>> LookAroundAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var live = await LiveEpochsAsync(db, clock.GetUtcNow(), cancellationToken);
        LiveNodes = Math.Max(1, live.Count);
        return live;
    }

    private async Task<bool> ExtendAsync(CancellationToken cancellationToken)
    {
        var (ticks, at) = (Stopwatch.GetTimestamp(), clock.GetUtcNow());
        var epoch = Epoch;
        var renewed = await database.WriteAsync(
            (tx, token) => tx.Db.Set<Node>().Where(node => node.Name == Name && node.Epoch == epoch && node.Until > clock.GetUtcNow())
                .ExecuteUpdateAsync(set => set.SetProperty(node => node.Until, at + length), token),
            cancellationToken);
        if (renewed == 1)
        {
            Remember(ticks, at);
            return true;
        }
        if (!await database.ReadAsync((db, token) => db.Set<Node>().AnyAsync(node => node.Name == Name && node.Epoch == epoch, token), cancellationToken))
            return false;
        await AcquireAsync(cancellationToken);
        return true;
    }

    /// <summary>Gives the lease back, so that others need not wait for it to pass.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            (tx, token) => tx.Db.Set<Node>().Where(node => node.Name == Name && node.Epoch == Epoch).ExecuteUpdateAsync(set => set.SetProperty(node => node.Until, clock.GetUtcNow()), token),
            cancellationToken);

    /// <summary>The epochs whose nodes live: every other epoch's leased rows are up for recovery.</summary>
    internal static Task<List<long>> LiveEpochsAsync(OrchestratorDb db, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Set<Node>().Where(node => node.Until > now).Select(node => node.Epoch).ToListAsync(cancellationToken);

    /// <summary>In a transaction: holds this node's row against a take-over until the commit.</summary>
    /// <exception cref="LeaseLostException">The lease is no longer this start's.</exception>
    public Task CheckAsync(WriteTransaction tx, CancellationToken cancellationToken) => CheckAsync(tx, Epoch, cancellationToken);

    /// <summary>The same for work that was leased under <paramref name="epoch"/>: if the node was away since, others may have it.</summary>
    /// <exception cref="LeaseLostException">The lease is no longer this start's, or another one of it.</exception>
    public async Task CheckAsync(WriteTransaction tx, long epoch, CancellationToken cancellationToken)
    {
        // KEY SHARE keeps a take-over out (it locks the row for update), but never a renewal.
        var mine = tx.Dialect == DatabaseDialect.PostgreSql
            ? tx.Db.Set<Node>().FromSqlRaw("SELECT * FROM nodes WHERE name = {0} AND epoch = {1} FOR KEY SHARE", Name, epoch)
            : tx.Db.Set<Node>().Where(node => node.Name == Name && node.Epoch == epoch);
        if (Remaining <= TimeSpan.Zero || (await mine.AsNoTracking().ToListAsync(cancellationToken)).Count == 0)
            throw new LeaseLostException(Name, epoch);
    }

    private void Remember(long ticks, DateTimeOffset at)
    {
        renewedAt = at;
        Interlocked.Exchange(ref renewedTicks, ticks);
    }

    internal static string NameOf(OrchestratorOptions options) => options.NodeName is { Length: > 0 } name ? name : NameFile(options.DataDirectory);

    /// <summary>A node keeps its name over restarts: it lies in its data directory.</summary>
    private static string NameFile(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        var path = Path.Combine(dataDirectory, "node-name");
        if (!File.Exists(path))
            File.WriteAllText(path, $"{Environment.MachineName}-{Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 3))}");
        return File.ReadAllText(path).Trim();
    }
}

/// <summary>Another start of this node took over, or the lease ran out; nothing may be written or sent under it.</summary>
public sealed class LeaseLostException(string node, long epoch) : Exception($"Node {node} no longer holds its lease (epoch {epoch}).");
