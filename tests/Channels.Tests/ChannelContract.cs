using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests;

/// <summary>What every adapter over HTTP must hold, whatever its provider does. Each adapter's test class inherits it.</summary>
public abstract class ChannelContract : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected SimulatorHost Simulator { get; private set; } = null!;

    protected abstract string ProviderName { get; }

    /// <summary>Two recipients that work.</summary>
    protected virtual (string, string) Good => ("+8613800138000", "+8613900139000");

    /// <summary>A recipient the simulator refuses for good.</summary>
    protected virtual string Dead => "+8613800130001";

    /// <summary>Some providers have no way to refuse one recipient at send time.</summary>
    protected virtual bool RefusesRecipients => true;

    public virtual async ValueTask InitializeAsync()
    {
        Simulator = await SimulatorHost.StartAsync(cancellationToken: Cancellation);
        Simulator.Simulation.Faults.HangMilliseconds = 20_000;
    }

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual OutboundMessage Message(string address) => Any.Message(address);

    /// <summary>Whether the last opened channel is meant to speak TLS.</summary>
    protected bool TlsWanted { get; private set; }

    protected IChannel Open(bool tls = false, bool trust = true, Action<JsonObject>? change = null)
    {
        TlsWanted = tls;
        var settings = JsonNode.Parse(Simulator.SettingsFor(ProviderName, tls))!.AsObject();
        // So long that a busy machine does not make a timeout; where one is wanted, the test sets it.
        settings["timeoutSeconds"] = 15;
        change?.Invoke(settings);
        var services = new ChannelServices { Clock = TimeProvider.System };
        if (trust) services.ExtraRoots.Add(Simulator.Certificate);
        return ChannelProviders.Find(ProviderName)!.Open(JsonSerializer.SerializeToElement(settings), services);
    }

    protected async Task<Delivery> SendUnderAsync(params Fault[] faults)
    {
        Simulator.Simulation.Faults.Force(faults);
        await using var channel = Open(change: settings => settings["timeoutSeconds"] = faults.Contains(Fault.TimeoutAfterAccept) ? 3 : 15);
        return (await channel.SendAsync(OneSend(Message(Good.Item1)), Cancellation))[0];
    }

    /// <summary>Messages of one call; a channel that cannot send to one recipient alone adds another.</summary>
    protected virtual IReadOnlyList<OutboundMessage> OneSend(OutboundMessage message) => [message];

    private LogSummary Log => Simulator.Simulation.Log.Summary();

    [Fact]
    public async Task A_message_is_accepted_once_and_carries_our_id()
    {
        await using var channel = Open();
        var message = Message(Good.Item1);

        var verdicts = await channel.SendAsync(OneSend(message), Cancellation);

        Assert.All(verdicts, verdict => Assert.IsType<Delivery.Accepted>(verdict));
        Assert.Equal(1, Simulator.Simulation.Log.AcceptedCount(EchoOf(message)));
        Assert.Equal(verdicts.Count, Log.Requests);
    }

    /// <summary>What the simulator logs as the message's id.</summary>
    protected virtual string EchoOf(OutboundMessage message) => message.Echo;

    [Fact]
    public async Task A_throttled_send_is_throttled_and_not_repeated()
    {
        var delivery = await SendUnderAsync(Fault.Throttled);

        var throttled = Assert.IsType<Delivery.Throttled>(delivery);
        Assert.True(throttled.Until > TimeProvider.System.GetUtcNow());
        Assert.Equal(OneSend(Message(Good.Item1)).Count, Log.Requests);
    }

    [Theory]
    [InlineData(Fault.TimeoutAfterAccept)]
    [InlineData(Fault.CloseAfterAccept)]
    [InlineData(Fault.Malformed)]
    [InlineData(Fault.HugeBody)]
    [InlineData(Fault.ServerErrorAfterAccept)]
    public async Task What_may_have_been_taken_is_ambiguous_and_not_repeated(Fault fault)
    {
        var delivery = await SendUnderAsync(fault);

        Assert.IsType<Delivery.Ambiguous>(delivery);
        Assert.Equal(OneSend(Message(Good.Item1)).Count, Log.Requests);
    }

    [Fact]
    public async Task Refused_credentials_are_a_matter_of_configuration()
    {
        // Adapters with short-lived tokens fetch a new one once; the second refusal is final.
        var delivery = await SendUnderAsync(Fault.ExpiredCredentials, Fault.ExpiredCredentials);

        Assert.IsType<Delivery.Configuration>(delivery);
        Assert.Equal(0, Log.Accepted);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var delivery = await SendUnderAsync(Fault.Redirect);

        Assert.IsType<Delivery.Configuration>(delivery);
        Assert.Equal(OneSend(Message(Good.Item1)).Count, Log.Requests);
    }

    [Fact]
    public async Task Without_a_trusted_certificate_nothing_leaves()
    {
        await using var channel = Open(tls: true, trust: false);

        var delivery = (await channel.SendAsync(OneSend(Message(Good.Item1)), Cancellation))[0];

        Assert.True(delivery.ProvesNonDelivery, delivery.ToString());
        Assert.Equal(0, Log.Requests);
    }

    [Fact]
    public async Task With_a_trusted_certificate_it_is_sent_over_TLS()
    {
        await using var channel = Open(tls: true);

        Assert.IsType<Delivery.Accepted>((await channel.SendAsync(OneSend(Message(Good.Item1)), Cancellation))[0]);
    }

    [Fact]
    public async Task A_batch_gets_a_verdict_per_message_in_order()
    {
        if (!RefusesRecipients) return;
        await using var channel = Open();

        var verdicts = await channel.SendAsync([Message(Good.Item1), Message(Dead), Message(Good.Item2)], Cancellation);

        Assert.Collection(verdicts, v => Assert.IsType<Delivery.Accepted>(v), v => Assert.IsType<Delivery.PermanentRecipient>(v), v => Assert.IsType<Delivery.Accepted>(v));
        Assert.Equal(2, Log.Accepted);
    }

    [Fact]
    public async Task A_cancelled_send_leaves_nothing()
    {
        await using var channel = Open();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var verdicts = await channel.SendAsync([Message(Good.Item1), Message(Good.Item2)], cancelled.Token);

        Assert.All(verdicts, verdict => Assert.IsType<Delivery.RetrySafe>(verdict));
        Assert.Equal(0, Log.Requests);
    }

    [Fact]
    public async Task When_nobody_listens_it_is_safe_to_try_again()
    {
        await using var channel = Open();
        await Simulator.DisposeAsync();

        Assert.IsType<Delivery.RetrySafe>((await channel.SendAsync(OneSend(Message(Good.Item1)), Cancellation))[0]);
    }

    [Fact]
    public void An_unknown_setting_is_refused_by_name()
    {
        var refused = Assert.Throws<ChannelSettingsException>(() => Open(change: settings => settings["timeoutSecond"] = 3));

        Assert.Contains("timeoutSecond", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_of_the_simulated_account_is_on_the_form()
    {
        var form = ChannelProviders.Find(ProviderName)!.Settings.Select(field => field.Name).ToList();

        Assert.All(JsonNode.Parse(Simulator.SettingsFor(ProviderName))!.AsObject(), setting => Assert.Contains(setting.Key, form));
    }
}
