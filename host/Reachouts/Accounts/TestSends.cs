using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>Test sends to the seed recipients of an account: a text of a campaign as it would go out, under an id that is no message's.</summary>
internal sealed class TestSends(
    Database database, ChannelAccounts accounts, ChannelPool pool, MessageComposer composer, TemplateRenderer renderer, UnsubscribeLinks links, PreviewCustomers customers, AuditChain audit, BusinessClock clock)
{
    private const string SampleTail = "0000";

    /// <summary>Through every account that serves the channel and the phase's purpose, to the seed recipients of each.</summary>
    /// <param name="customer">External id of the customer whose values fill the text; null takes samples. Only the seed recipients get it.</param>
    public async Task<Outcome<List<TestSendResult>>> SendAsync(Guid campaignId, string phaseKey, string channel, string language, string? customer, Actor actor, CancellationToken cancellationToken)
    {
        if (ChannelNames.TryParse(channel) is not { } kind)
            return Refusal.Invalid(new FieldProblem("channel", "field.choice-of", channel, string.Join(", ", TextDraft.Channels)));
        if (await PurposeAsync(campaignId, phaseKey, cancellationToken) is not { } purpose)
            return Refusal.NotFound(phaseKey);
        var serving = await accounts.ServingAsync(kind, purpose, cancellationToken);
        if (serving.Count == 0)
            return Refusal.Conflict("no-account", channel);
        if (serving.FirstOrDefault(account => accounts.SeedsOf(account).Count == 0) is { } silent)
            return Refusal.Conflict("no-seeds", silent.Name);
        var results = new List<TestSendResult>();
        foreach (var account in serving)
        {
            var sent = await SendAsync(account.Id, campaignId, phaseKey, language, actor, cancellationToken, customer);
            if (sent.IsRefused)
                return sent;
            results.AddRange(sent.Value);
        }
        return results;
    }

    private async Task<Purpose?> PurposeAsync(Guid campaignId, string phaseKey, CancellationToken cancellationToken) =>
        await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token), cancellationToken) is { } campaign
            && campaign.Brief().Phases.FirstOrDefault(phase => phase.Key == phaseKey) is { } phase ? ChannelNames.ParsePurpose(phase.Purpose) : null;

    public async Task<Outcome<List<TestSendResult>>> SendAsync(
        Guid accountId, Guid campaignId, string phaseKey, string language, Actor actor, CancellationToken cancellationToken, string? customer = null)
    {
        var campaign = await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token), cancellationToken);
        if (await accounts.FindAsync(accountId, cancellationToken) is not { IsDisabled: false } account || campaign is null)
            return Refusal.NotFound(accountId.ToString());
        var brief = campaign.Brief();
        if (brief.Phases.FirstOrDefault(phase => phase.Key == phaseKey) is not { } phase)
            return Refusal.NotFound(phaseKey);
        var seeds = accounts.SeedsOf(account);
        if (seeds.Count == 0)
            return Refusal.Conflict("no-seeds", account.Name);
        var tail = SampleTail;
        if (customer is not null)
        {
            if (await customers.FindAsync(customer, cancellationToken) is not { } found)
                return Refusal.NotFound(customer);
            tail = MessageComposer.TailOf(found);
        }
        MessageTexts texts;
        try
        {
            texts = new MessageTexts(renderer, brief, phase) { Offer = phase.Experiment?.Variants[0].Offer };
        }
        catch (TemplateException fault)
        {
            return Refusal.Conflict("text-fault", fault.Message);
        }
        if (texts.Find(account.Kind, language) is not { } template)
            return Refusal.Conflict("no-text", ChannelNames.Of(account.Kind), phaseKey);
        OutboundMessage[] messages;
        try
        {
            messages = [.. seeds.Select((seed, i) => Compose(texts, template, (campaign.Code, brief, phase), tail, account, seed, i))];
        }
        catch (TemplateException fault)
        {
            return Refusal.Conflict("text-fault", fault.Message);
        }
        var verdicts = await pool.For(account).SendAsync(messages, cancellationToken);
        await database.WriteAsync((tx, token) => audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), actor, token, new AuditEntry("test-sent", phaseKey, new { account.Name, account.Mode, recipients = seeds.Count, accepted = verdicts.Count(verdict => verdict is Delivery.Accepted), template.Template.Language, text = template.Hash, package = campaign.PackageHash })), cancellationToken);
        return (List<TestSendResult>)[.. seeds.Zip(verdicts, (seed, verdict) => new TestSendResult(CustomerAddresses.Mask(account.Kind, seed), DeliveryNames.Of(verdict), DeliveryNames.Detail(verdict)) { Account = account.Name })];
    }

    private OutboundMessage Compose(
        MessageTexts texts, CompiledTemplate template, (string Code, Campaigns.Brief Brief, Campaigns.Phase Phase) campaign, string? tail, ChannelAccount account, string seed, int i)
    {
        var chinese = template.Template.Language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        var purpose = ChannelNames.ParsePurpose(campaign.Phase.Purpose);
        TemplateCodes.Require(account, template);
        var link = links.For(new UnsubscribeTarget(0, 0, account.Kind, purpose));
        var rendered = texts.Render(template, tail, composer.Tokens(campaign.Brief.Product, account, chinese, link), composer.RulesUrl(campaign.Code), TrackedLinks.Sample(composer));
        return new OutboundMessage
        {
            MessageId = FormattableString.Invariant($"test.{clock.GetUtcNow().ToUnixTimeMilliseconds()}.{i}"),
            Address = seed,
            Purpose = purpose,
            Language = template.Template.Language,
            Content = MessageComposer.Content(account.Kind, template, rendered, link),
        };
    }
}
