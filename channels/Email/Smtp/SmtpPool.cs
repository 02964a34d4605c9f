using System.Collections.Concurrent;
using Polly;
using Polly.CircuitBreaker;

namespace Orchestrator.Channels.Email.Smtp;

/// <summary>Keeps a few signed-in connections; opening them goes through a circuit breaker.</summary>
internal sealed class SmtpPool : IAsyncDisposable
{
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(20);
    private readonly ConcurrentStack<SmtpConnection> _idle = new();
    private readonly SemaphoreSlim _places;
    private readonly SmtpSettings _settings;
    private readonly ChannelServices _services;
    private readonly ResiliencePipeline _opening;

    public SmtpPool(SmtpSettings settings, ChannelServices services)
    {
        (_settings, _services) = (settings, services);
        _places = new SemaphoreSlim(settings.Connections);
        _opening = new ResiliencePipelineBuilder { TimeProvider = services.Clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.9,
                MinimumThroughput = 8,
                SamplingDuration = TimeSpan.FromSeconds(20),
                BreakDuration = TimeSpan.FromSeconds(15),
            }).Build();
    }

    /// <summary>A connection for one sender; fresh ones never come from the idle stack.</summary>
    public async Task<SmtpConnection> RentAsync(bool fresh, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            while (!fresh && _idle.TryPop(out var idle))
            {
                if (_services.Clock.GetElapsedTime(idle.LastUsed) < MaxIdle) return idle;
                await idle.DisposeAsync();
            }

            return await _opening.ExecuteAsync(async token => await SmtpConnection.OpenAsync(_settings, _services, token), cancellationToken);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    public void Return(SmtpConnection connection)
    {
        connection.LastUsed = _services.Clock.GetTimestamp();
        connection.Reused = true;
        _idle.Push(connection);
        _places.Release();
    }

    public async Task DropAsync(SmtpConnection connection)
    {
        await connection.DisposeAsync();
        _places.Release();
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var connection))
        {
            using var goodbye = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                await connection.WriteAsync("QUIT\r\n", goodbye.Token);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The server went first; there is nobody to say goodbye to.
            }

            await connection.DisposeAsync();
        }

        _places.Dispose();
    }
}
