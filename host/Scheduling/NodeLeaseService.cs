using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Host.Scheduling;

/// <summary>Renews the lease; when it is lost to another start of the same node, stops the program.</summary>
internal sealed class NodeLeaseService(NodeLease lease, IHostApplicationLifetime lifetime, ILogger<NodeLeaseService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(lease.RenewEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RenewAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await lease.ReleaseAsync(CancellationToken.None);
        }
    }

    private async Task RenewAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await lease.RenewAsync(stoppingToken))
                return;
            log.LogCritical("Node {Node} was started again elsewhere; this process stops.", lease.Name);
            lifetime.StopApplication();
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or InvalidOperationException or TimeoutException)
        {
            log.LogWarning(exception, "The lease of node {Node} could not be renewed; {Remaining} left.", lease.Name, lease.Remaining);
        }
    }
}

/// <summary>Takes the lease before anything runs.</summary>
internal sealed class AcquireNodeLease(NodeLease lease) : IStartupStep
{
    public int Order => 0;

    public Task RunAsync(CancellationToken cancellationToken) => lease.AcquireAsync(cancellationToken);
}

/// <summary>Forgets the commit marks of processes that are long gone.</summary>
internal sealed class ForgetCommitMarks(Storage.Database database, TimeProvider clock) : IStartupStep
{
    public int Order => 0;

    public Task RunAsync(CancellationToken cancellationToken)
    {
        var old = clock.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds();
        return database.WriteAsync((tx, token) => tx.Db.Set<Storage.CommitMark>().Where(row => row.At < old).ExecuteDeleteAsync(token), cancellationToken);
    }
}
