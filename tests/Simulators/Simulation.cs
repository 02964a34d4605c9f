using System.Collections.Concurrent;

namespace Orchestrator.Simulators;

/// <summary>What all simulated providers share.</summary>
public sealed class Simulation : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stop = new();
    private long _references;

    internal Simulation(SimulatorOptions options, TimeProvider clock)
    {
        Options = options;
        Clock = clock;
        Faults = options.Faults;
        Log = new RequestLog(clock, options.KeepEntries);
        foreach (var (provider, address) in options.Callbacks) Callbacks[provider] = address;
    }

    /// <summary>Options it was started with.</summary>
    public SimulatorOptions Options { get; }

    /// <summary>Faults; may be changed while running.</summary>
    public FaultPlan Faults { get; }

    /// <summary>Everything that arrived.</summary>
    public RequestLog Log { get; }

    /// <summary>Where reports and replies go, per provider name.</summary>
    public ConcurrentDictionary<string, Uri> Callbacks { get; } = new();

    internal TimeProvider Clock { get; }

    /// <summary>Handlers of POST / by the header that marks them.</summary>
    internal Dictionary<string, RequestDelegate> ByHeader { get; } = [];

    internal string NextReference(string prefix) => FormattableString.Invariant($"{prefix}{Interlocked.Increment(ref _references):D8}");

    /// <summary>Posts a report or reply later; lost or doubled as the plan says, and repeated up to three times until answered with 2xx.</summary>
    internal void CallBack(string provider, Func<Uri, HttpRequestMessage> create, bool mayBeLost = true)
    {
        if (!Callbacks.TryGetValue(provider, out var address)) return;
        if (mayBeLost && Faults.Happens(Faults.LostReceipts)) return;
        var times = mayBeLost && Faults.Happens(Faults.DuplicatedReceipts) ? 2 : 1;
        for (var i = 0; i < times; i++)
        {
            var task = Task.Run(() => PostAsync(address, create));
            _running.TryAdd(task, 0);
            _ = task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Keys);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task PostAsync(Uri address, Func<Uri, HttpRequestMessage> create)
    {
        try
        {
            await Task.Delay(Options.ReceiptDelayMilliseconds, _stop.Token);
            for (var attempt = 0; attempt < 3; attempt++)
            {
                if (await TryPostAsync(address, create)) return;
                await Task.Delay(200 << attempt, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Shutting down: a report that was never sent is one of the faults anyway.
        }
    }

    private async Task<bool> TryPostAsync(Uri address, Func<Uri, HttpRequestMessage> create)
    {
        try
        {
            using var request = create(address);
            using var response = await _http.SendAsync(request, _stop.Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
