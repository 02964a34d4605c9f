using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// What a reply changes, in one transaction with its entry in the inbox: an opt-out withdraws the marketing consent of everybody with the address and is
/// confirmed where a rule says so; an opt-in gives a consent back that there was before, where a rule allows it.
/// </summary>
internal sealed class Replies(
    Consents consents, CampaignEvents events, ReplyRuleKind rules, CustomerAddresses addresses, PersonalData personal, WorkSchedule schedule, AuditChain audit, BusinessClock clock, OrchestratorOptions options)
{
    public const string Chain = "replies";
    private const string Source = "reply";
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    /// <returns>Everybody who has the address that the reply came from.</returns>
    public async Task<IReadOnlyList<long>> ApplyAsync(WriteTransaction tx, ChannelAccount account, long entryId, Reply reply, CancellationToken cancellationToken)
    {
        var evidence = reply.ProviderRef ?? FormattableString.Invariant($"inbox:{entryId}");
        // Locked: of two callbacks with the same reply the second finds the consent gone and confirms nothing.
        var senders = await consents.FindAsync(tx, account.Kind, reply.From, cancellationToken);
        if (reply.Kind == ReplyKind.OptOut)
            await OptOutAsync(tx, account, reply, senders, evidence, cancellationToken);
        else if (reply.Kind == ReplyKind.OptIn)
            await OptInAsync(tx, account, reply, senders, evidence, cancellationToken);
        return [.. senders.Select(customer => customer.CustomerNo)];
    }

    private async Task OptOutAsync(WriteTransaction tx, ChannelAccount account, Reply reply, IReadOnlyList<Customer> senders, string evidence, CancellationToken cancellationToken)
    {
        var had = senders.FirstOrDefault(customer => new ConsentSet(customer.ConsentBits).Has(account.Kind, Purpose.Marketing));
        var customers = await consents.OptOutAsync(tx, account.Kind, reply.From, new OptOut(Source, evidence, account.Kind, Purpose.Marketing), Actor.System, cancellationToken);
        var campaigns = new Dictionary<long, Guid?>();
        foreach (var customer in customers)
            campaigns[customer] = await events.NoteLatestAsync(tx, customer, account.Kind, CampaignEventKind.OptOut, cancellationToken);
        if (had is not null && await RuleAsync(tx, account, reply, cancellationToken) is ({ Confirm: true } rule, var address))
            await ConfirmAsync(tx, account, had, campaigns.GetValueOrDefault(had.CustomerNo), address, rule, evidence, cancellationToken);
    }

    private async Task OptInAsync(WriteTransaction tx, ChannelAccount account, Reply reply, IReadOnlyList<Customer> senders, string evidence, CancellationToken cancellationToken)
    {
        if (await RuleAsync(tx, account, reply, cancellationToken) is not ({ OptIn: true }, _))
            return;
        var given = new List<long>();
        foreach (var customer in senders)
        {
            // START takes a refusal back. Who never consented does not consent by it.
            var consented = await tx.Db.Consents.AnyAsync(row => row.CustomerNo == customer.CustomerNo && row.Channel == account.Kind && row.Purpose == Purpose.Marketing && row.Granted, cancellationToken);
            if (consented && await consents.RecordAsync(tx, customer.CustomerNo, new ConsentStatement(account.Kind, Purpose.Marketing, Granted: true, Source, Evidence: evidence), Actor.System, cancellationToken))
                given.Add(customer.CustomerNo);
        }
        if (given.Count > 0)
            await audit.AppendAsync(tx, Chain, Actor.System, cancellationToken, new AuditEntry("consent-given-back", evidence, new { account = account.Name, customers = given }));
    }

    private async Task ConfirmAsync(WriteTransaction tx, ChannelAccount account, Customer customer, Guid? campaign, string address, ReplyRule rule, string evidence, CancellationToken cancellationToken)
    {
        if (await tx.Db.OptOutConfirmations.AnyAsync(row => row.AccountNo == account.No && row.ReplyRef == evidence, cancellationToken))
            return;
        var now = clock.GetUtcNow();
        var language = customer.Language ?? rule.Texts.Keys.First();
        var chinese = language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        var signature = chinese ? account.SignatureZh : account.SignatureEn;
        var row = new OptOutConfirmation
        {
            AccountNo = account.No,
            CustomerNo = customer.CustomerNo,
            CampaignId = campaign,
            ReplyRef = evidence,
            Address = personal.Protect(address, ConfirmOptOut.Place)!,
            AddressMasked = CustomerAddresses.Mask(account.Kind, address),
            AddressHash = addresses.Hash(account.Kind, address),
            Language = language,
            Text = signature + (chinese || signature.Length == 0 ? "" : " ") + rule.TextFor(language),
            RepliedAt = now,
            Latest = now.AddMinutes(rule.WithinMinutes),
            ChangedAt = now,
        };
        tx.Db.Add(row);
        await tx.Db.SaveChangesAsync(cancellationToken);
        await schedule.EnqueueAsync(tx, ConfirmOptOut.WorkFor(row, now), cancellationToken);
    }

    private async Task<(ReplyRule? Rule, string Address)> RuleAsync(WriteTransaction tx, ChannelAccount account, Reply reply, CancellationToken cancellationToken)
    {
        if (CustomerAddresses.Normalise(account.Kind, reply.From) is not { } address)
            return (null, "");
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        return (await rules.ForAsync(tx.Db, account, address, day, cancellationToken), address);
    }
}
