using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Bounces, complaints and refusals of providers count for the address, not for the customer who happened to be messaged there.</summary>
public sealed class AddressRefusalTests
{
    private const string NoSuchNumber = "+8613900010001", OptedOut = "+8613900010002";
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_refused_address_is_closed_for_everybody_who_has_it_and_not_for_whoever_has_another_by_then(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        void Give(Customer customer, string phone) => (customer.Phone, customer.PhoneHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Sms, phone), addresses.Hash(ChannelKind.Sms, phone));
        await bed.AddCustomersAsync(9, (i, customer) => Give(customer, i switch { 2 => ReachoutBed.Phone(1), 5 => ReachoutBed.Phone(4), 6 or 7 => NoSuchNumber, 8 or 9 => OptedOut, _ => ReachoutBed.Phone(i) }));
        var account = await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the first reach-out is completed");
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.DuplicateAddress] = 4 }, await bed.SkipsAsync());
        await bed.Database.WriteAsync(
            async (tx, token) =>
            {
                var moved = await tx.Db.Customers.AsTracking().SingleAsync(row => row.CustomerNo == 3, token);
                Give(moved, ReachoutBed.Phone(30));
                moved.Version++;
            },
            Token);

        var occurrence = (await bed.MessagesAsync())[0].OccurrenceId;
        Receipt Report(long customer, AddressEffect effect, string? named = null) => new() { MessageId = $"{occurrence}.{customer}.0", Attempt = 1, Status = ReceiptStatus.Failed, Effect = effect, Address = named };
        await host.Services.GetRequiredService<ReceiptApplier>().ApplyAsync(
            account, [Report(1, AddressEffect.Complaint), Report(1, AddressEffect.Complaint), Report(3, AddressEffect.Suppress), Report(4, AddressEffect.OptOut, ReachoutBed.Phone(4))], Token);

        var listed = await bed.Database.ReadAsync((db, token) => db.Suppressions.ToListAsync(token), Token);
        string[] Hashes(params string[] phones) => [.. phones.Select(phone => addresses.Hash(ChannelKind.Sms, phone)).Order()];
        Assert.Equal(Hashes(ReachoutBed.Phone(1), ReachoutBed.Phone(3), NoSuchNumber), listed.Select(row => row.AddressHash).Order());
        Assert.All(listed, row => Assert.Null(row.CustomerNo));
        await bed.LaunchAsync(ReachoutBed.Brief(Ten.AddDays(1)));
        host.Clock.AdvanceTo(Ten.AddDays(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the second reach-out is completed");
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.Suppressed] = 4, [SkipReason.NoConsentedChannel] = 4 }, await bed.SkipsAsync());
        Assert.Equal(1, (await bed.CountsAsync())[MessageState.Accepted]);
        Assert.Equal(ReachoutBed.Phone(30), simulator.Simulation.Log.Entries.Last().To);
    }
}
