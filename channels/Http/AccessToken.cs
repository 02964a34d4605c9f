namespace Orchestrator.Channels.Http;

/// <summary>A token as fetched: its value and life, or the verdict for every message that needed it.</summary>
internal sealed record FetchedToken(string? Value, TimeSpan Life, Delivery? Failure = null)
{
    public static FetchedToken Failed(Delivery failure) => new(null, TimeSpan.Zero, failure);
}

/// <summary>Keeps a short-lived token, fetches it once for all who wait, renews it before it ends.</summary>
internal sealed class AccessToken(TimeProvider clock, Func<CancellationToken, Task<FetchedToken>> fetch) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private readonly SemaphoreSlim _gate = new(1);
    private string? _value;
    private DateTimeOffset _until;

    public async Task<FetchedToken> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _gate.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return FetchedToken.Failed(new Delivery.RetrySafe("Cancelled before it was sent.") { Untried = true });
        }

        try
        {
            if (_value is { } kept && clock.GetUtcNow() < _until) return new FetchedToken(kept, _until - clock.GetUtcNow());
            var fetched = await fetch(cancellationToken);
            if (fetched.Value is null) return fetched with { Failure = NothingLeft(fetched.Failure!) };
            _value = fetched.Value;
            _until = clock.GetUtcNow() + (fetched.Life > 2 * Margin ? fetched.Life - Margin : fetched.Life / 2);
            return fetched;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets the token that was refused, unless another one has taken its place.</summary>
    public void Forget(string refused)
    {
        if (_value == refused) _value = null;
    }

    /// <summary>
    /// Runs a send with a token. A refusal of the token proves that nothing was taken, so a second try with a new one is not a repetition;
    /// a second refusal is a matter of configuration.
    /// </summary>
    /// <param name="send">Sends with the token; null means that the token was refused.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Delivery> UseAsync(Func<string, Task<Delivery?>> send, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var token = await GetAsync(cancellationToken);
            if (token.Value is null) return token.Failure!;
            if (await send(token.Value) is { } verdict) return verdict;
            Forget(token.Value);
        }

        return new Delivery.Configuration("token", "The provider refuses the account's tokens, also a fresh one.");
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>A lost token request is no lost message.</summary>
    private static Delivery NothingLeft(Delivery failure) =>
        failure is Delivery.Ambiguous ambiguous ? new Delivery.RetrySafe($"No token: {ambiguous.Reason}") { ProviderCode = failure.ProviderCode, ProviderText = failure.ProviderText } : failure;
}
