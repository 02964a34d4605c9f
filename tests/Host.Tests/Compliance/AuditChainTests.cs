using Dapper;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Host.Tests.Compliance;

public sealed class AuditChainTests
{
    private static readonly string[] DropTriggers =
    [
        "DROP TRIGGER IF EXISTS audit_events_no_update",
        "DROP TRIGGER IF EXISTS audit_events_append_only ON audit_events",
    ];

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_changed_byte_is_located(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var token = TestContext.Current.CancellationToken;
        await AppendAsync(host, "one", "two", "three");

        Assert.True((await VerifyAsync(host)).IsIntact);

        await host.Database.WriteAsync(
            async (tx, _) =>
            {
                await tx.Connection.ExecuteAsync(DropTriggers[(int)dialect], transaction: tx.Transaction);
                await tx.Connection.ExecuteAsync("UPDATE audit_events SET data = '{\"n\":\"twO\"}' WHERE seq = 2", transaction: tx.Transaction);
            },
            token);
        var verdict = await VerifyAsync(host);
        Assert.Equal((2L, "tested", "its content does not match its hash"), (verdict.BrokenAt, verdict.BrokenType, verdict.Why));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Events_cannot_be_changed_or_removed(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await AppendAsync(host, "one");

        foreach (var sql in new[] { "UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events" })
        {
            var refusal = await Assert.ThrowsAnyAsync<Exception>(() => host.Database.WriteAsync(
                (tx, _) => tx.Connection.ExecuteAsync(sql, transaction: tx.Transaction), TestContext.Current.CancellationToken));
            Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Writers_at_the_same_time_leave_no_gap(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => AppendAsync(host, $"entry {n}")));

        var verdict = await VerifyAsync(host);
        Assert.Equal((20L, true), (verdict.Events, verdict.IsIntact));
    }

    private static Task AppendAsync(TestHost host, params string[] data) =>
        host.Database.WriteAsync(
            (tx, token) => host.Services.GetRequiredService<AuditChain>().AppendAsync(
                tx, "test", Actor.System, token, [.. data.Select(n => new AuditEntry("tested", Data: new { n }))]),
            TestContext.Current.CancellationToken);

    private static Task<ChainVerdict> VerifyAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => AuditChain.VerifyAsync(db, "test", token), TestContext.Current.CancellationToken);
}
