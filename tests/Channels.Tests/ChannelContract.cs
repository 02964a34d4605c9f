using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests;

/// <summary>
/// What every adapter must hold, whatever its provider does. Each adapter's test class inherits it; a case that cannot exist for one is skipped by name, with the
/// reason that its class gives (<see cref="CannotExist"/>).
/// </summary>
public abstract class ChannelContract : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected SimulatorHost Simulator { get; private set; } = null!;

    protected abstract string ProviderName { get; }

    /// <summary>Two recipients that work.</summary>
    protected virtual (string, string) Good => ("+8613800138000", "+8613900139000");

    /// <summary>A recipient the simulator refuses for good.</summary>
    protected virtual string Dead => "+8613800130001";

    /// <summary>Cases that there cannot be for this adapter, each with why.</summary>
    protected virtual IReadOnlyDictionary<ContractCase, string> CannotExist { get; } = new Dictionary<ContractCase, string>();

    /// <summary>The verdict on what the other side may have taken.</summary>
    protected virtual Type MayHaveBeenTaken => typeof(Delivery.Ambiguous);

    /// <summary>The verdict where the other side sends us elsewhere.</summary>
    protected virtual Type SentElsewhere => typeof(Delivery.Configuration);

    /// <summary>Messages that reached the other side, taken or not.</summary>
    protected virtual long Requests => Simulator.Simulation.Log.Summary().Requests;

    /// <summary>Messages that the other side took.</summary>
    protected virtual long Taken => Simulator.Simulation.Log.Summary().Accepted;

    public virtual async ValueTask InitializeAsync()
    {
        Simulator = await SimulatorHost.StartAsync(cancellationToken: Cancellation);
        Simulator.Simulation.Faults.HangMilliseconds = 20_000;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>From now on nobody listens.</summary>
    protected virtual ValueTask StopAsync() => Simulator.DisposeAsync();

    protected void Needs(ContractCase wanted)
    {
        if (CannotExist.TryGetValue(wanted, out var reason))
            Assert.Skip($"{wanted} cannot exist for {ProviderName}: {reason}");
    }

    protected virtual OutboundMessage Message(string address) => Any.Message(address);

    /// <summary>Whether the last opened channel is meant to speak TLS.</summary>
    protected bool TlsWanted { get; private set; }

    /// <summary>Settings of an account that talks to the stand-in.</summary>
    protected virtual JsonObject Settings(bool tls = false) => JsonNode.Parse(Simulator.SettingsFor(ProviderName, tls))!.AsObject();

    protected virtual IChannel Open(bool tls = false, bool trust = true, Action<JsonObject>? change = null)
    {
        TlsWanted = tls;
        var settings = Settings(tls);
        // So long that a busy machine does not make a timeout; where one is wanted, the test sets it.
        settings["timeoutSeconds"] = 15;
        change?.Invoke(settings);
        var services = new ChannelServices { Clock = TimeProvider.System };
        if (trust) services.ExtraRoots.Add(Simulator.Certificate);
        return ChannelProviders.Find(ProviderName)!.Open(JsonSerializer.SerializeToElement(settings), services);
    }

    protected virtual async Task<Delivery> SendUnderAsync(params Fault[] faults)
    {
        Simulator.Simulation.Faults.Force(faults);
        await using var channel = Open(change: settings => settings["timeoutSeconds"] = faults.Contains(Fault.TimeoutAfterAccept) ? 3 : 15);
        return (await channel.SendAsync(OneSend(Message(Good.Item1)), Cancellation))[0];
    }

    /// <summary>Messages of one call; a channel that cannot send to one recipient alone adds another.</summary>
    protected virtual IReadOnlyList<OutboundMessage> OneSend(OutboundMessage message) => [message];

    [Fact]
    public async Task A_message_is_accepted_once_and_carries_our_id()
    {
        await using var channel = Open();
        var message = Message(Good.Item1);

        var verdicts = await channel.SendAsync(OneSend(message), Cancellation);

        Assert.All(verdicts, verdict => Assert.IsType<Delivery.Accepted>(verdict));
        Assert.Equal(1, TakenAs(EchoOf(message)));
        Assert.Equal(verdicts.Count, Requests);
    }

    /// <summary>What the simulator logs as the message's id.</summary>
    protected virtual string EchoOf(OutboundMessage message) => message.Echo;

    /// <summary>How often a message of this id was taken.</summary>
    protected virtual int TakenAs(string id) => Simulator.Simulation.Log.AcceptedCount(id);

    [Fact]
    public async Task A_throttled_send_is_throttled_and_not_repeated()
    {
        Needs(ContractCase.Throttled);

        var delivery = await SendUnderAsync(Fault.Throttled);

        var throttled = Assert.IsType<Delivery.Throttled>(delivery);
        Assert.True(throttled.Until > TimeProvider.System.GetUtcNow());
        Assert.Equal(OneSend(Message(Good.Item1)).Count, Requests);
    }

    [Theory]
    [InlineData(Fault.TimeoutAfterAccept, ContractCase.TimeoutAfterAccept)]
    [InlineData(Fault.CloseAfterAccept, ContractCase.CloseAfterAccept)]
    [InlineData(Fault.Malformed, ContractCase.MalformedReply)]
    [InlineData(Fault.HugeBody, ContractCase.HugeBody)]
    [InlineData(Fault.ServerErrorAfterAccept, ContractCase.ErrorAfterAccept)]
    public async Task What_may_have_been_taken_is_ambiguous_and_not_repeated(Fault fault, ContractCase kind)
    {
        Needs(kind);

        var delivery = await SendUnderAsync(fault);

        Assert.IsType(MayHaveBeenTaken, delivery);
        Assert.Equal(OneSend(Message(Good.Item1)).Count, Requests);
    }

    [Fact]
    public async Task Refused_credentials_are_a_matter_of_configuration()
    {
        Needs(ContractCase.ExpiredCredentials);

        // Adapters with short-lived tokens fetch a new one once; the second refusal is final.
        var delivery = await SendUnderAsync(Fault.ExpiredCredentials, Fault.ExpiredCredentials);

        Assert.IsType<Delivery.Configuration>(delivery);
        Assert.Equal(0, Taken);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Needs(ContractCase.Redirect);

        var delivery = await SendUnderAsync(Fault.Redirect);

        Assert.IsType(SentElsewhere, delivery);
        Assert.Equal(OneSend(Message(Good.Item1)).Count, Requests);
    }

    [Fact]
    public async Task Without_a_trusted_certificate_nothing_leaves()
    {
        Needs(ContractCase.TlsFailure);
        await using var channel = Open(tls: true, trust: false);

        var delivery = (await channel.SendAsync(OneSend(Message(Good.Item1)), Cancellation))[0];

        Assert.True(delivery.ProvesNonDelivery, delivery.ToString());
        Assert.Equal(0, Requests);
    }

    [Fact]
    public async Task With_a_trusted_certificate_it_is_sent_over_TLS()
    {
        Needs(ContractCase.TlsFailure);
        await using var channel = Open(tls: true);

        Assert.IsType<Delivery.Accepted>((await channel.SendAsync(OneSend(Message(Good.Item1)), Cancellation))[0]);
    }

    [Fact]
    public async Task A_batch_gets_a_verdict_per_message_in_order()
    {
        Needs(ContractCase.PartialBatch);
        await using var channel = Open();

        var verdicts = await channel.SendAsync([Message(Good.Item1), Message(Dead), Message(Good.Item2)], Cancellation);

        Assert.Collection(verdicts, v => Assert.IsType<Delivery.Accepted>(v), v => Assert.IsType<Delivery.PermanentRecipient>(v), v => Assert.IsType<Delivery.Accepted>(v));
        Assert.Equal(2, Taken);
    }

    [Fact]
    public async Task A_cancelled_send_leaves_nothing()
    {
        await using var channel = Open();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var verdicts = await channel.SendAsync([Message(Good.Item1), Message(Good.Item2)], cancelled.Token);

        Assert.All(verdicts, verdict => Assert.IsType<Delivery.RetrySafe>(verdict));
        Assert.Equal(0, Requests);
    }

    [Fact]
    public async Task When_nobody_listens_it_is_safe_to_try_again()
    {
        await using var channel = Open();
        await StopAsync();

        Assert.IsType<Delivery.RetrySafe>((await channel.SendAsync(OneSend(Message(Good.Item1)), Cancellation))[0]);
    }

    [Fact]
    public void An_unknown_setting_is_refused_by_name()
    {
        Needs(ContractCase.Settings);

        var refused = Assert.Throws<ChannelSettingsException>(() => Open(change: settings => settings["timeoutSecond"] = 3));

        Assert.Contains("timeoutSecond", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_of_the_simulated_account_is_on_the_form()
    {
        Needs(ContractCase.Settings);

        var form = ChannelProviders.Find(ProviderName)!.Settings.Select(field => field.Name).ToList();

        Assert.All(Settings(), setting => Assert.Contains(setting.Key, form));
    }
}
