using Orchestrator.Channels;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class CheckTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("overdue_days > 0", """{"overdue_days":0}""", null)]
    [InlineData("overdue_days > 0", """{"overdue_days":3}""", SkipReason.Excluded)]
    [InlineData("overdue_days > 0", """{}""", SkipReason.ExclusionUndecided)]
    [InlineData("overdue_days + 1", """{"overdue_days":0}""", SkipReason.ExclusionUndecided)]
    public void Only_a_plain_false_of_the_exclusion_rule_lets_a_message_through(string rule, string attributes, SkipReason? expected)
    {
        using var json = System.Text.Json.JsonDocument.Parse(attributes);
        var verdict = Checks().Decide(Rules() with { Exclusion = FeelExpression.Compile(rule) }, Somebody() with { Attributes = FeelScope.From(json.RootElement) }, Ten);

        Assert.Equal(expected, (verdict as SendVerdict.Skip)?.Reason);
    }

    [Fact]
    public void The_first_consented_and_reachable_channel_is_used()
    {
        var customer = Somebody() with { Channels = [new(ChannelKind.Push, "p", false, true, false), new(ChannelKind.Email, "e", true, true, true), new(ChannelKind.Sms, "s", true, false, false)] };

        var send = Assert.IsType<SendVerdict.Send>(Checks().Decide(Rules(), customer, Ten));

        Assert.Equal(ChannelKind.Sms, send.Channel.Kind);
        var suppressed = customer with { Channels = [customer.Channels[1]] };
        Assert.Equal(new SendVerdict.Skip(SkipReason.Suppressed, ChannelKind.Email), Checks().Decide(Rules(), suppressed, Ten));
    }

    [Fact]
    public void Twilio_gets_no_loans_to_mainland_numbers_and_an_unregistered_signature_none_at_all()
    {
        var twilio = Rules(new RouteAccount(1, "twilio", true, true, null)) with { ProductCategory = "loan" };
        Assert.Equal(new SendVerdict.Skip(SkipReason.ProviderPolicy, ChannelKind.Sms), Checks().Decide(twilio, Somebody(), Ten));

        var expired = Rules(new RouteAccount(1, "http-gateway", true, true, Ten.AddDays(-1)));
        Assert.Equal(new SendVerdict.Skip(SkipReason.NotRegistered, ChannelKind.Sms), Checks().Decide(expired, Somebody(), Ten));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Who_falls_overdue_after_the_freeze_receives_nothing(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(host.Services);
        await bed.DeclareAsync("overdue_days");
        await bed.AddCustomersAsync(20);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten, exclusion: "overdue_days > 0 or converted"));
        await bed.SetAttributesAsync(7, """{"overdue_days":4,"open_complaint":false}""");

        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.Excluded] = 1 }, await bed.SkipsAsync());
        Assert.DoesNotContain(simulator.Simulation.Log.Entries, entry => entry.To == ReachoutBed.Phone(7));
        Assert.Equal(19, simulator.Simulation.Log.Summary().Accepted);
    }

    private static SendChecks Checks() => new();

    private static SendRules Rules(RouteAccount? sms = null) => new()
    {
        Purpose = Purpose.Marketing,
        Routes = [Route(ChannelKind.Push, new RouteAccount(2, "jpush", true, true, null)), Route(ChannelKind.Email, new RouteAccount(3, "smtp", true, true, null)), Route(ChannelKind.Sms, sms ?? new RouteAccount(1, "http-gateway", true, true, null))],
        KindsWithText = new HashSet<ChannelKind> { ChannelKind.Push, ChannelKind.Email, ChannelKind.Sms },
        CompanyZone = Shanghai,
    };

    private static ChannelRoute Route(ChannelKind kind, RouteAccount account) => new(kind, Purpose.Marketing, [account]);

    private static Candidate Somebody() => new() { CustomerNo = 1, Version = 1, Attributes = FeelScope.Empty, Channels = [new(ChannelKind.Sms, "s", true, false, false)] };
}
