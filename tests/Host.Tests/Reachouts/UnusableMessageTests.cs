using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>A message that its provider can't carry.</summary>
public sealed class UnusableMessageTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_message_too_long_for_its_provider_fails_alone_and_the_account_sends_on(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(6, (i, customer) =>
        {
            (customer.PushToken, customer.PushTokenHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Push, $"token-{i:D10}"), addresses.Hash(ChannelKind.Push, $"token-{i:D10}"));
            customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(ChannelKind.Push, Purpose.Marketing, true).Bits;
            customer.Language = i <= 2 ? "en" : "zh-CN";
        });
        await bed.AddPushAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        MessageText Written(string language, string body) => new() { Channel = "push", Language = language, Subject = "会员日", Body = body + "{{start}}{{rate}}{{out}}" };
        await bed.LaunchAsync(brief with
        {
            Phases = [brief.Phases[0] with { Channels = ["push"], Texts = [Written("zh-CN", "{{sig}}会员日"), Written("en", "{{sig}}" + new string('x', 5_000))] }],
        });

        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        Assert.Equal(new Dictionary<MessageState, long> { [MessageState.Accepted] = 4, [MessageState.Failed] = 2 }, await bed.CountsAsync());
        var (issues, account, incidents) = await bed.Database.ReadAsync(
            async (db, token) => (await db.MessageIssues.OrderBy(row => row.CustomerNo).ToListAsync(token), await db.ChannelAccounts.SingleAsync(token), await db.Incidents.CountAsync(token)), Token);
        Assert.Equal([1L, 2L], issues.Select(row => row.CustomerNo));
        Assert.All(issues, row => Assert.Equal((SkipReason.Unusable, "too-long"), (row.Reason, row.Code)));
        Assert.Contains("at most", issues[0].Text, StringComparison.Ordinal);
        Assert.Equal((null, 0), (account.ClosedUntil, incidents));
        await bed.AssertCountersMatchAsync();
    }
}
