using Orchestrator.Channels.Http;
using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests.Http;

public sealed class AccountHttpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_repeated_failures_the_circuit_opens_and_nothing_more_leaves_until_it_closes()
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Cancellation);
        simulator.Simulation.Faults.Force([.. Enumerable.Repeat(Fault.ServerErrorAfterAccept, 20)]);
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        await using var channel = Open(simulator, clock);

        for (var i = 0; i < 20; i++) Assert.IsType<Delivery.Ambiguous>(await SendAsync(channel));
        var open = Assert.IsType<Delivery.Throttled>(await SendAsync(channel));
        Assert.Equal(20, simulator.Simulation.Log.Summary().Requests);
        Assert.True(open.Until > clock.GetUtcNow());

        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.IsType<Delivery.Accepted>(await SendAsync(channel));
    }

    [Fact]
    public async Task Look_ups_are_repeated_after_a_failure_and_sends_are_not()
    {
        await using var server = new HangUpServer();
        var services = new ChannelServices { Clock = TimeProvider.System };
        await using var http = new AccountHttp(services, new() { Timeout = TimeSpan.FromSeconds(2) });

        Assert.IsType<HttpAnswer.Lost>(await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, server.Address), Cancellation));
        Assert.Equal(1, server.Requests);
        Assert.IsType<HttpAnswer.Lost>(await http.AskAsync(() => new HttpRequestMessage(HttpMethod.Get, server.Address) { Content = new ByteArrayContent([]) }, Cancellation));
        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task A_full_bulkhead_makes_calls_wait_and_not_fail()
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Cancellation);
        simulator.Simulation.Faults.LatencyMilliseconds = 30;
        await using var channel = Open(simulator, TimeProvider.System, concurrency: 4);

        var batches = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => channel.SendAsync([.. Enumerable.Range(0, 8).Select(_ => Any.Message())], Cancellation)));

        Assert.All(batches.SelectMany(b => b), verdict => Assert.IsType<Delivery.Accepted>(verdict));
    }

    [Fact]
    public async Task Addresses_given_at_run_time_are_checked_as_well()
    {
        var services = new ChannelServices { Clock = TimeProvider.System, Endpoints = new EndpointPolicy { AllowLoopback = false } };
        await using var http = new AccountHttp(services, new());

        Assert.IsType<HttpAnswer.NotSent>(await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "http://127.0.0.1:9/"), Cancellation));
        Assert.IsType<HttpAnswer.NotSent>(await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "https://[fe80::1]/"), Cancellation));
    }

    [Theory]
    [InlineData("https://gateway.example.com/", true)]
    [InlineData("http://gateway.example.com/", false)]
    [InlineData("http://127.0.0.1:8080/", true)]
    [InlineData("http://10.0.0.5:8080/", true)]
    [InlineData("http://10.0.0.5:8081/", false)]
    [InlineData("https://user:pass@gateway.example.com/", false)]
    [InlineData("https://169.254.169.254/", false)]
    [InlineData("ftp://gateway.example.com/", false)]
    public void Accounts_point_only_where_the_operator_allows(string address, bool allowed)
    {
        var policy = new EndpointPolicy { AllowedOrigins = ["http://10.0.0.5:8080"] };

        Assert.Equal(allowed, policy.Refuse(new Uri(address)) is null);
    }

    private static IChannel Open(SimulatorHost simulator, TimeProvider clock, int concurrency = 8)
    {
        var settings = System.Text.Json.Nodes.JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        settings["concurrency"] = concurrency;
        return ChannelProviders.Find("http-gateway")!.Open(System.Text.Json.JsonSerializer.SerializeToElement(settings), new ChannelServices { Clock = clock });
    }

    private static async Task<Delivery> SendAsync(IChannel channel) => Assert.Single(await channel.SendAsync([Any.Message()], Cancellation));
}
