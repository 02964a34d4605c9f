using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Orchestrator.Channels.Http;

/// <summary>Limits of one account's HTTP traffic.</summary>
internal sealed record AccountHttpOptions
{
    /// <summary>Whose calls these are, for the log.</summary>
    public string Provider { get; init; } = "";

    /// <summary>Longest wait for one complete reply.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Calls in flight at once (the bulkhead).</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>Longest reply body read.</summary>
    public int MaxReply { get; init; } = 256 * 1024;

    /// <summary>Speaks HTTP/2 only (APNs).</summary>
    public bool Http2 { get; init; }
}

/// <summary>
/// HTTP of one provider account: bounded connections, time and replies, no redirects, a circuit breaker.
/// <see cref="SendAsync"/> is for sends and never repeats a request; <see cref="AskAsync"/> is for what is safe to repeat.
/// </summary>
internal sealed partial class AccountHttp : IAsyncDisposable
{
    private static readonly TimeSpan BreakFor = TimeSpan.FromSeconds(15);
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrencyLimiter _bulkhead;
    private readonly ResiliencePipeline<HttpAnswer> _send;
    private readonly ResiliencePipeline<HttpAnswer> _ask;
    private readonly AccountHttpOptions _options;
    private readonly TimeProvider _clock;
    private readonly EndpointPolicy _endpoints;
    private readonly ILogger _log;

    public AccountHttp(ChannelServices services, AccountHttpOptions options)
    {
        _options = options;
        _clock = services.Clock;
        _endpoints = services.Endpoints;
        _http = new HttpMessageInvoker(Handler(services, options));
        _bulkhead = new ConcurrencyLimiter(new() { PermitLimit = options.Concurrency, QueueLimit = int.MaxValue });
        _log = services.Loggers.CreateLogger<AccountHttp>();
        _send = Breaker(new ResiliencePipelineBuilder<HttpAnswer> { TimeProvider = services.Clock }).Build();
        _ask = Breaker(new ResiliencePipelineBuilder<HttpAnswer> { TimeProvider = services.Clock }.AddRetry(SafeRetry())).Build();
    }

    public TimeSpan Timeout => _options.Timeout;

    public int Concurrency => _options.Concurrency;

    public TimeProvider Clock => _clock;

    /// <summary>Sends once. Faults come back as answers, never as exceptions.</summary>
    /// <param name="request">Must carry content, even if empty: without any the handler would repeat it by itself when a connection ends early.</param>
    /// <param name="cancellationToken">Cancels; in flight that means <see cref="HttpAnswer.Lost"/>.</param>
    public async Task<HttpAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Content ??= new ByteArrayContent([]);
        return await GuardAsync(_send, () => request, new SendWindow(_clock, _options.Timeout), cancellationToken);
    }

    /// <summary>Calls what may be called twice (tokens, look-ups, cancellations), again after failures and <c>Retry-After</c>.</summary>
    public Task<HttpAnswer> AskAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken) =>
        GuardAsync(_ask, create, null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _bulkhead.DisposeAsync();
    }

    private async Task<HttpAnswer> GuardAsync(ResiliencePipeline<HttpAnswer> pipeline, Func<HttpRequestMessage> create, SendWindow? window, CancellationToken cancellationToken)
    {
        try
        {
            using var permit = await _bulkhead.AcquireAsync(1, cancellationToken);
            return await pipeline.ExecuteAsync(
                static async (state, token) =>
                {
                    using var request = state.create();
                    return await state.self.CallAsync(request, state.window, token);
                },
                (self: this, create, window),
                cancellationToken);
        }
        catch (BrokenCircuitException broken)
        {
            return new HttpAnswer.Broken(_clock.GetUtcNow() + (broken.RetryAfter ?? BreakFor));
        }
        catch (OperationCanceledException)
        {
            return new HttpAnswer.NotSent("Cancelled before it was sent.", Untried: true);
        }
    }

    private async Task<HttpAnswer> CallAsync(HttpRequestMessage request, SendWindow? window, CancellationToken cancellationToken)
    {
        if (_endpoints.Refuse(request.RequestUri!) is { } refused) return new HttpAnswer.NotSent(refused);
        if (cancellationToken.IsCancellationRequested) return new HttpAnswer.NotSent("Cancelled before it was sent.", Untried: true);
        if (window is { IsOver: true }) return new HttpAnswer.NotSent("Its time passed before it was sent.", Untried: true);
        if (_options.Http2) (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

        // The timeout is real time on purpose: sockets do not follow a test's clock.
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.Timeout);
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token);
            return await ReadAsync(response, timeout.Token);
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.VersionNegotiationError)
        {
            return new HttpAnswer.NotSent($"No connection ({fault.HttpRequestError}).");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            return new HttpAnswer.Lost($"The connection failed after the request may have left ({fault.GetType().Name}).");
        }
        catch (OperationCanceledException)
        {
            return new HttpAnswer.Lost(cancellationToken.IsCancellationRequested ? "Cancelled in flight." : $"No reply within {_options.Timeout.TotalSeconds:0.#} s.");
        }
    }

    private async Task<HttpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > _options.MaxReply) return new HttpAnswer.Lost("The reply is too large.");
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var _ = stream.ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(_options.MaxReply + 1, 4096));
        try
        {
            var length = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                if (length > _options.MaxReply) return new HttpAnswer.Lost("The reply is too large.");
                if (length == buffer.Length) buffer = Grow(buffer);
            }

            return new HttpAnswer.Replied(response.StatusCode, response.Headers, buffer[..length]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    /// <summary>Opens when half of at least 20 calls in 10 s got no reply or a 5xx: the provider is down, stop making unknowns.</summary>
    private ResiliencePipelineBuilder<HttpAnswer> Breaker(ResiliencePipelineBuilder<HttpAnswer> builder) =>
        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpAnswer>
        {
            FailureRatio = 0.5,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = BreakFor,
            ShouldHandle = static arguments => ValueTask.FromResult(Failed(arguments.Outcome.Result)),
            OnOpened = arguments =>
            {
                LogOpened(_log, _options.Provider, arguments.BreakDuration, arguments.Outcome.Result?.Summary);
                return default;
            },
            OnClosed = _ =>
            {
                LogClosed(_log, _options.Provider);
                return default;
            },
        });

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: calls keep failing, pausing for {Pause}. Last: {Last}")]
    private static partial void LogOpened(ILogger log, string provider, TimeSpan pause, string? last);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Provider}: answers again.")]
    private static partial void LogClosed(ILogger log, string provider);

    private RetryStrategyOptions<HttpAnswer> SafeRetry() => new()
    {
        MaxRetryAttempts = 2,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(300),
        ShouldHandle = static arguments => ValueTask.FromResult(
            Failed(arguments.Outcome.Result) || arguments.Outcome.Result is HttpAnswer.Replied { Status: HttpStatusCode.TooManyRequests }),
        DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
            arguments.Outcome.Result is HttpAnswer.Replied reply && reply.Header("Retry-After") is not null
                ? Min(reply.RetryAfter(_clock.GetUtcNow(), TimeSpan.FromSeconds(1)) - _clock.GetUtcNow(), TimeSpan.FromSeconds(10))
                : null),
    };

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static bool Failed(HttpAnswer? answer) =>
        answer is HttpAnswer.Lost or HttpAnswer.NotSent || answer is HttpAnswer.Replied { Status: >= HttpStatusCode.InternalServerError };

    private static SocketsHttpHandler Handler(ChannelServices services, AccountHttpOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            // Providers get no trace headers of ours.
            ActivityHeadersPropagator = null,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = options.Http2 ? 8 : options.Concurrency,
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = 32,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = services.ChainPolicy() },
        };
        handler.UseProxy = services.UseProxy;
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(context.DnsEndPoint.Host, out var literal)
            ? [literal] : await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(a => !EndpointPolicy.IsLinkLocal(a)).ToArray();
        if (allowed.Length == 0) throw new SocketException((int)SocketError.AccessDenied);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
