using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Demo;

/// <summary>Loads the demo's 20,000 customers, fitted to one campaign so that its figures come out exactly. Does nothing where customers are.</summary>
internal sealed class DemoCustomerBook(Database database, CustomerWriter writer, BusinessClock clock)
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan ConsentAge = TimeSpan.FromDays(300);

    public async Task LoadAsync(Guid campaignId, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((db, token) => db.Customers.AnyAsync(token), cancellationToken))
            return;
        var customers = DemoCustomers.Generate(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), customer => (ulong)HoldoutRank.Of(campaignId, customer.ExternalId));
        foreach (var batch in customers.Chunk(BatchSize))
            await database.WriteAsync((tx, token) => LoadAsync(tx, batch, token), cancellationToken);
    }

    private async Task LoadAsync(WriteTransaction tx, DemoCustomer[] batch, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var results = await writer.UpsertAsync(tx, [.. batch.Select(customer => ToChange(customer, now - ConsentAge))], "demo", cancellationToken);
        tx.Db.AddRange(batch.Zip(results).Where(pair => pair.First.Suppressed).Select(pair => new Suppression
        {
            Id = Guid.CreateVersion7(now), CustomerNo = pair.Second.CustomerNo, Reason = "request", AddedBy = "demo", AddedAt = now,
        }));
    }

    private static CustomerChange ToChange(DemoCustomer customer, DateTimeOffset consentedAt)
    {
        (ChannelKind Kind, string? Address, bool Consent)[] channels =
        [
            (ChannelKind.Push, customer.PushToken, customer.PushConsent),
            (ChannelKind.WeCom, customer.WecomUserId, customer.WecomConsent),
            (ChannelKind.Sms, customer.Phone, customer.SmsConsent),
            (ChannelKind.Email, customer.Email, customer.EmailConsent),
        ];
        return new CustomerChange
        {
            ExternalId = customer.ExternalId,
            Attributes = customer.Attributes().ToDictionary(pair => pair.Key, pair => (string?)JsonSerializer.Serialize(pair.Value, JsonDefaults.Options)),
            Addresses = channels.ToDictionary(channel => channel.Kind, channel => channel.Address),
            Settings = new Dictionary<string, string?> { [CustomerChange.LanguageSetting] = customer.Language, [CustomerChange.TimeZoneSetting] = customer.TimeZone },
            Consents = [.. channels.Where(channel => channel.Consent).Select(channel => new ConsentStatement(channel.Kind, Purpose.Marketing, true, "app", consentedAt, "v1"))],
        };
    }
}
