using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Tests.Http;

public sealed class AccessTokenTests
{
    private readonly ManualClock _clock = new(DateTimeOffset.UnixEpoch);
    private int _fetches;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_fetched_once_for_all_who_wait_and_renewed_before_it_ends()
    {
        using var token = Token();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => token.GetAsync(Cancellation)));
        Assert.Equal(1, _fetches);

        _clock.Advance(TimeSpan.FromSeconds(7200 - 299));
        Assert.Equal("t2", (await token.GetAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once()
    {
        using var token = Token();
        var used = new List<string>();

        var verdict = await token.UseAsync(
            value =>
            {
                used.Add(value);
                return Task.FromResult<Delivery?>(value == "t1" ? null : new Delivery.Accepted("ref"));
            },
            Cancellation);

        Assert.IsType<Delivery.Accepted>(verdict);
        Assert.Equal(["t1", "t2"], used);
    }

    [Fact]
    public async Task When_no_token_comes_nothing_was_sent()
    {
        using var token = new AccessToken(_clock, _ => Task.FromResult(FetchedToken.Failed(new Delivery.Ambiguous("no reply"))));

        var verdict = await token.UseAsync(_ => throw new InvalidOperationException("must not send"), Cancellation);

        Assert.IsType<Delivery.RetrySafe>(verdict);
    }

    private AccessToken Token() => new(_clock, _ => Task.FromResult(new FetchedToken($"t{++_fetches}", TimeSpan.FromSeconds(7200))));
}
