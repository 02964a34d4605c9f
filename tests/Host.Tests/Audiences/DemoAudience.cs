using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tests.Audiences;

/// <summary>The demo's customers, accounts and campaign row in a test host.</summary>
internal static class DemoAudience
{
    public static readonly Guid CampaignId = new("019ab000-0000-7000-8000-0000000000c1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Brief Brief(TestHost host) => DemoBrief.For(DemoBrief.FirstDayAfter(DateOnly.FromDateTime(host.Clock.GetUtcNow().DateTime)));

    public static async Task SeedAsync(TestHost host)
    {
        var customers = DemoCustomers.Generate(DateOnly.FromDateTime(host.Clock.GetUtcNow().DateTime), customer => (ulong)HoldoutRank.Of(CampaignId, customer.ExternalId));
        var writer = host.Services.GetRequiredService<CustomerWriter>();
        foreach (var batch in customers.Chunk(2_000))
        {
            await host.Database.WriteAsync(
                async (tx, token) =>
                {
                    var results = await writer.UpsertAsync(tx, [.. batch.Select(ToChange)], "demo", token);
                    tx.Db.AddRange(batch.Zip(results).Where(pair => pair.First.Suppressed).Select(pair => new Suppression
                    {
                        Id = Guid.CreateVersion7(host.Clock.GetUtcNow()), CustomerNo = pair.Second.CustomerNo, Reason = "request", AddedBy = "demo", AddedAt = host.Clock.GetUtcNow(),
                    }));
                },
                Token);
        }
        await AddAccountsAndCampaignAsync(host);
    }

    private static Task AddAccountsAndCampaignAsync(TestHost host) =>
        host.Database.WriteAsync(
            (tx, _) =>
            {
                (ChannelKind Kind, string Provider)[] accounts = [(ChannelKind.Push, "jpush"), (ChannelKind.WeCom, "wecom"), (ChannelKind.Sms, "sms-http"), (ChannelKind.Email, "smtp")];
                tx.Db.AddRange(accounts.Select((account, i) => new ChannelAccount
                {
                    Id = Guid.CreateVersion7(host.Clock.GetUtcNow()), No = i + 1, Name = account.Provider, Provider = account.Provider, Kind = account.Kind,
                    Settings = "", CallbackSecret = "", IsDefault = true, CreatedAt = host.Clock.GetUtcNow(),
                }));
                tx.Db.Add(Campaign(host));
                return Task.CompletedTask;
            },
            Token);

    public static Campaign Campaign(TestHost host) => new()
    {
        Id = CampaignId, Code = "C-2026-0001", Name = "Member Day", Owner = "lin", Status = CampaignStatus.Running, Objective = "transact", Form = "periodic",
        BriefJson = JsonSerializer.Serialize(Brief(host), JsonDefaults.Options), PackageHash = "", FactsJson = $$"""{"matched":{{DemoCampaign.Matched}}}""", CreatedAt = host.Clock.GetUtcNow(),
    };

    private static CustomerChange ToChange(DemoCustomer customer)
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        (ChannelKind Kind, string? Address, bool Consent)[] channels =
        [
            (ChannelKind.Push, customer.PushToken, customer.PushConsent), (ChannelKind.WeCom, customer.WecomUserId, customer.WecomConsent),
            (ChannelKind.Sms, customer.Phone, customer.SmsConsent), (ChannelKind.Email, customer.Email, customer.EmailConsent),
        ];
        return new CustomerChange
        {
            ExternalId = customer.ExternalId,
            Attributes = customer.Attributes().ToDictionary(pair => pair.Key, pair => (string?)JsonSerializer.Serialize(pair.Value, JsonDefaults.Options)),
            Addresses = channels.ToDictionary(channel => channel.Kind, channel => channel.Address),
            Settings = new Dictionary<string, string?> { ["language"] = customer.Language, ["timeZone"] = customer.TimeZone },
            Consents = [.. channels.Where(channel => channel.Consent).Select(channel => new ConsentStatement(channel.Kind, Purpose.Marketing, true, "app", at, "v1"))],
        };
    }
}
