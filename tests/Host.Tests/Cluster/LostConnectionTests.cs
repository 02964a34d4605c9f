using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Cluster;

public sealed class LostConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData((int)CutLine.Cut.BeforeCommit, 2)]
    [InlineData((int)CutLine.Cut.AfterCommit, 1)]
    public async Task A_commit_whose_reply_never_came_is_settled_by_asking_and_counts_once(int cut, int runs)
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var line = new CutLine(host.Postgres);
        await using var source = NpgsqlDataSource.Create(line.ConnectionString);
        using var database = new Database(new Contexts(source), DatabaseDialect.PostgreSql);
        await IncreaseAsync(database);
        var ran = 0;
        var afterCommit = 0;

        line.CutNext((CutLine.Cut)cut);
        await database.WriteAsync(
            async (tx, token) =>
            {
                ran++;
                tx.AfterCommit(() => afterCommit++);
                await IncreaseAsync(tx, token);
            },
            Token);

        Assert.Equal(1, line.Cuts);
        Assert.Equal(2, await host.Database.ReadAsync((db, token) => db.SendControls.Where(row => row.Scope == "test").Select(row => row.Epoch).SingleAsync(token), Token));
        Assert.Equal(runs, ran);
        Assert.Equal(1, afterCommit);
    }

    [Fact]
    public async Task A_read_and_a_write_outlive_the_loss_of_every_connection()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var source = NpgsqlDataSource.Create(host.Postgres);
        using var database = new Database(new Contexts(source), DatabaseDialect.PostgreSql);
        var runs = 0;

        await database.WriteAsync(
            async (tx, token) =>
            {
                await IncreaseAsync(tx, token);
                if (runs++ == 0)
                    await TestPostgres.KillConnectionsAsync(host.Postgres, Token);
            },
            Token);
        await TestPostgres.KillConnectionsAsync(host.Postgres, Token);

        Assert.Equal(2, runs);
        Assert.Equal(1, await database.ReadAsync((db, token) => db.SendControls.Where(row => row.Scope == "test").Select(row => row.Epoch).SingleAsync(token), Token));
    }

    private static Task IncreaseAsync(Database database) => database.WriteAsync(IncreaseAsync, Token);

    private static Task IncreaseAsync(WriteTransaction tx, CancellationToken cancellationToken) =>
        tx.Db.Database.ExecuteSqlAsync($"INSERT INTO send_controls AS t (scope, epoch) VALUES ('test', 1) ON CONFLICT (scope) DO UPDATE SET epoch = t.epoch + 1", cancellationToken);

    private sealed class Contexts(NpgsqlDataSource source) : IDbContextFactory<OrchestratorDb>
    {
        public OrchestratorDb CreateDbContext() => new(new DbContextOptionsBuilder<OrchestratorDb>().UseNpgsql(source).Options);
    }
}
