using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Simulators;

namespace Orchestrator.Channels.Tests;

/// <summary>The contract for channels without a provider: what they send is kept by the program itself, once by message and attempt, so that repeating is safe.</summary>
public abstract class OwnStoreContract : ChannelContract
{
    private static readonly Dictionary<ContractCase, string> None = new()
    {
        [ContractCase.Throttled] = "no provider counts what is kept or assigned",
        [ContractCase.MalformedReply] = "no reply is read: the program's own store returns or throws",
        [ContractCase.HugeBody] = "no reply is read: the program's own store returns or throws",
        [ContractCase.ErrorAfterAccept] = "no reply is read: the program's own store returns or throws",
        [ContractCase.ExpiredCredentials] = "nobody is signed in to; the program writes to its own database",
        [ContractCase.Redirect] = "no address is called that could send elsewhere",
        [ContractCase.TlsFailure] = "no connection is made that TLS could protect",
        [ContractCase.PartialBatch] = "nobody is addressed who could be refused",
    };

    private protected OwnStore Store { get; } = new();

    protected override IReadOnlyDictionary<ContractCase, string> CannotExist => None;

    // What was kept may be kept again: it is there once.
    protected override Type MayHaveBeenTaken => typeof(Delivery.RetrySafe);

    protected override long Requests => Store.Requests;

    protected override long Taken => Store.Kept.Count;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    protected override int TakenAs(string id) => Store.Kept.ContainsKey(id) ? 1 : 0;

    protected override ValueTask StopAsync()
    {
        Store.IsDown = true;
        return ValueTask.CompletedTask;
    }

    protected override async Task<Delivery> SendUnderAsync(params Fault[] faults)
    {
        Store.Next = faults[0];
        await using var channel = Open();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        if (faults[0] == Fault.TimeoutAfterAccept)
            patience.CancelAfter(TimeSpan.FromMilliseconds(200));
        return Assert.Single(await channel.SendAsync([Message(Good.Item1)], patience.Token));
    }

    [Theory]
    [InlineData(Fault.CloseAfterAccept)]
    [InlineData(Fault.TimeoutAfterAccept)]
    public async Task What_is_sent_again_is_there_once(Fault fault)
    {
        var message = Message(Good.Item1);
        Store.Next = fault;
        await using var channel = Open();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        if (fault == Fault.TimeoutAfterAccept)
            patience.CancelAfter(TimeSpan.FromMilliseconds(200));

        var first = Assert.Single(await channel.SendAsync([message], patience.Token));
        var second = Assert.Single(await channel.SendAsync([message], Cancellation));

        Assert.IsType<Delivery.RetrySafe>(first);
        Assert.IsType<Delivery.Accepted>(second);
        Assert.Equal((2, 1), (Store.Requests, Store.Kept.Count));
        Assert.True(channel.Guarantees.IdempotencyWindow > TimeSpan.FromDays(365));
    }
}

/// <summary>Keeps what it is given, once by id and attempt, and fails on cue.</summary>
internal sealed class OwnStore : ISandboxOutbox, IManualWork
{
    private int _requests;

    public ConcurrentDictionary<string, OutboundMessage> Kept { get; } = new();

    public int Requests => _requests;

    public Fault Next { get; set; }

    public bool IsDown { get; set; }

    public Task KeepAsync(string provider, ChannelKind kind, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken) => TakeAsync(messages, cancellationToken);

    public async Task<string> AssignAsync(ManualAssignment assignment, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken)
    {
        await TakeAsync(messages, cancellationToken);
        return $"task-{assignment.Place}";
    }

    private async Task TakeAsync(IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDown)
            throw new IOException("The database is away.");
        Interlocked.Add(ref _requests, messages.Count);
        foreach (var message in messages)
            Kept.TryAdd(message.Echo, message);
        var fault = Next;
        Next = Fault.None;
        if (fault == Fault.TimeoutAfterAccept)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        if (fault == Fault.CloseAfterAccept)
            throw new IOException("The commit's answer was lost.");
    }
}

public sealed class ManualContractTests : OwnStoreContract
{
    protected override string ProviderName => "manual";

    protected override JsonObject Settings(bool tls = false) => new() { ["place"] = "branch", ["role"] = "owner", ["instructions"] = "张贴海报", ["proof"] = "照片", ["dueWorkingDays"] = 2 };

    protected override IChannel Open(bool tls = false, bool trust = true, Action<JsonObject>? change = null)
    {
        var settings = Settings();
        change?.Invoke(settings);
        return ChannelProviders.Find(ProviderName)!.Open(JsonSerializer.SerializeToElement(settings), new ChannelServices { Clock = TimeProvider.System, ManualWork = Store });
    }

    [Fact]
    public async Task All_of_a_batch_are_in_one_task()
    {
        await using var channel = Open();

        var verdicts = await channel.SendAsync([Message(Good.Item1), Message(Good.Item2)], Cancellation);

        Assert.All(verdicts, verdict => Assert.Equal("task-branch", Assert.IsType<Delivery.Accepted>(verdict).ProviderRef));
    }
}

public sealed class SandboxContractTests : OwnStoreContract
{
    public const string Sandbox = "sandbox";

    protected override string ProviderName => Sandbox;

    protected override IReadOnlyDictionary<ContractCase, string> CannotExist =>
        new Dictionary<ContractCase, string>(base.CannotExist) { [ContractCase.Settings] = "it has none of its own: it stands in for an account of any provider" };

    protected override IChannel Open(bool tls = false, bool trust = true, Action<JsonObject>? change = null) => new SandboxChannel(ChannelProviders.Find("http-gateway")!, Store);

    [Fact]
    public async Task It_stands_in_for_every_provider_and_keeps_what_would_have_been_sent()
    {
        foreach (var provider in ChannelProviders.All)
        {
            await using var sandbox = new SandboxChannel(provider, Store);
            var message = Any.Message();

            Assert.IsType<Delivery.Accepted>(Assert.Single(await sandbox.SendAsync([message], Cancellation)));
            Assert.Equal((provider.Kind, message), (sandbox.Kind, Store.Kept[message.Echo]));
        }
    }
}
