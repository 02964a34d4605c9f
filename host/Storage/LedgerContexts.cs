using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace Orchestrator.Host.Storage;

/// <summary>
/// Connections of the send path on PostgreSQL. Its few statements are prepared once per connection and their plans may only walk indexes, those
/// that touch the fewest rows: a plan made on empty tables stays right when a million rows have come, with or without statistics.
/// </summary>
internal sealed class LedgerContexts : IDbContextFactory<OrchestratorDb>, IAsyncDisposable
{
    private const string IndexesOnly =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c cpu_tuple_cost=10 -c cpu_index_tuple_cost=10 -c plan_cache_mode=force_generic_plan -c jit=off";

    private readonly NpgsqlDataSource source;
    private readonly PooledDbContextFactory<OrchestratorDb> contexts;

    public LedgerContexts(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 60,
            AutoPrepareMinUsages = 1,
            // Nothing of a session is ever changed.
            NoResetOnClose = true,
        };
        settings.Options = $"{settings.Options} {IndexesOnly}".Trim();
        source = NpgsqlDataSource.Create(settings);
        contexts = new PooledDbContextFactory<OrchestratorDb>(new DbContextOptionsBuilder<OrchestratorDb>().UseNpgsql(source).Options);
    }

    public OrchestratorDb CreateDbContext() => contexts.CreateDbContext();

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
