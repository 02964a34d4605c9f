using Npgsql;

namespace Orchestrator.Host.Storage;

/// <summary>One node prepares the database at a time: held from the migrations to the last startup step, then the next one's.</summary>
internal sealed class StartupTurn : IAsyncDisposable
{
    private const long AdvisoryLock = 0x0C4E6;
    private readonly NpgsqlConnection connection;

    private StartupTurn(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>Waits for its turn; null on the embedded database, which has one process.</summary>
    public static async Task<StartupTurn?> TakeAsync(NpgsqlDataSource? source, CancellationToken cancellationToken)
    {
        if (source is null)
            return null;
        var loss = new ConnectionLoss();
        while (true)
        {
            var connection = source.CreateConnection();
            try
            {
                await connection.OpenAsync(cancellationToken);
                await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({AdvisoryLock})", connection) { CommandTimeout = 0 };
                await command.ExecuteNonQueryAsync(cancellationToken);
                return new StartupTurn(connection);
            }
            catch (Exception exception) when (loss.MayPass(exception, cancellationToken))
            {
                await connection.DisposeAsync();
                loss = await loss.WaitAsync(cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not left to the pool: it resets a connection only when that is used again.
        await using (connection)
        {
            try
            {
                await using var command = new NpgsqlCommand($"SELECT pg_advisory_unlock({AdvisoryLock})", connection);
                await command.ExecuteNonQueryAsync();
            }
            catch (Exception exception) when (ConnectionLoss.IsLoss(exception))
            {
                // The lock went with the connection.
            }
        }
    }
}
