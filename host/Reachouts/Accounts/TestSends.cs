using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>Which message of a campaign is tried.</summary>
/// <param name="Phase">Key of the phase.</param>
/// <param name="Step">0: its first message; 1 … its steps.</param>
/// <param name="Variant">Key of the variant of the first message; null: the phase's own texts.</param>
/// <param name="Language">Of the text.</param>
/// <param name="Customer">External id of the customer whose values fill the text; null takes samples. Only the seed recipients get it.</param>
internal sealed record TestMessage(string Phase, int Step = 0, string? Variant = null, string Language = "zh-CN", string? Customer = null)
{
    public override string ToString() => $"{Phase}{(Step > 0 ? $"+{Step}" : "")}{(Variant is null ? "" : $"@{Variant}")}";
}

/// <summary>Test sends to the seed recipients of an account: a text of a campaign as it would go out, under an id that is no message's.</summary>
internal sealed class TestSends(
    Database database, ChannelAccounts accounts, ChannelPool pool, MessageComposer composer, TemplateRenderer renderer, UnsubscribeLinks links, PreviewCustomers customers, AuditChain audit, BusinessClock clock)
{
    private const string SampleTail = "0000";

    /// <summary>Through every account that serves the channel and the phase's purpose, to the seed recipients of each.</summary>
    public async Task<Outcome<List<TestSendResult>>> SendAsync(Guid campaignId, TestMessage message, string channel, Actor actor, CancellationToken cancellationToken)
    {
        if (ChannelNames.TryParse(channel) is not { } kind)
            return Refusal.Invalid(new FieldProblem("channel", "field.choice-of", channel, string.Join(", ", TextDraft.Channels)));
        if (await PurposeAsync(campaignId, message.Phase, cancellationToken) is not { } purpose)
            return Refusal.NotFound(message.Phase);
        var serving = await accounts.ServingAsync(kind, purpose, cancellationToken);
        if (serving.Count == 0)
            return Refusal.Conflict("no-account", channel);
        if (serving.FirstOrDefault(account => accounts.SeedsOf(account).Count == 0) is { } silent)
            return Refusal.Conflict("no-seeds", silent.Name);
        var results = new List<TestSendResult>();
        foreach (var account in serving)
        {
            var sent = await SendAsync(account.Id, campaignId, message, actor, cancellationToken);
            if (sent.IsRefused)
                return sent;
            results.AddRange(sent.Value);
        }
        return results;
    }

    private async Task<Purpose?> PurposeAsync(Guid campaignId, string phaseKey, CancellationToken cancellationToken) =>
        await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token), cancellationToken) is { } campaign
            && campaign.Brief().Phases.FirstOrDefault(phase => phase.Key == phaseKey) is { } phase ? ChannelNames.ParsePurpose(phase.Purpose) : null;

    public async Task<Outcome<List<TestSendResult>>> SendAsync(Guid accountId, Guid campaignId, TestMessage message, Actor actor, CancellationToken cancellationToken)
    {
        var campaign = await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token), cancellationToken);
        if (await accounts.FindAsync(accountId, cancellationToken) is not { IsDisabled: false } account || campaign is null)
            return Refusal.NotFound(accountId.ToString());
        var brief = campaign.Brief();
        if (brief.Phases.FirstOrDefault(phase => phase.Key == message.Phase)?.Message(message.Step, message.Variant) is not { } part)
            return Refusal.NotFound(message.ToString());
        var seeds = accounts.SeedsOf(account);
        if (seeds.Count == 0)
            return Refusal.Conflict("no-seeds", account.Name);
        var candidate = message.Customer is null ? null : await customers.FindAsync(message.Customer, cancellationToken);
        if (message.Customer is not null && candidate is null)
            return Refusal.NotFound(message.Customer);
        CompiledTemplate? template;
        OutboundMessage[] messages;
        try
        {
            var texts = new MessageTexts(renderer, brief, part.Phase) { Offer = part.Offer };
            template = texts.Find(account.Kind, message.Language);
            if (template is null)
                return Refusal.Conflict("no-text", ChannelNames.Of(account.Kind), message.Phase);
            var prints = await customers.PrintsAsync(template, candidate, actor, cancellationToken);
            var tail = candidate is null ? SampleTail : MessageComposer.TailOf(candidate);
            messages = [.. seeds.Select((seed, i) => Compose(texts, template, (campaign.Code, brief, part.Phase), (tail, prints.Values), account, seed, i))];
        }
        catch (TemplateException fault)
        {
            return Refusal.Conflict("text-fault", fault.Message);
        }
        var verdicts = await pool.For(account).SendAsync(messages, cancellationToken);
        await database.WriteAsync((tx, token) => audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), actor, token, new AuditEntry("test-sent", message.ToString(), new { account.Name, account.Mode, recipients = seeds.Count, accepted = verdicts.Count(verdict => verdict is Delivery.Accepted), template.Template.Language, text = template.Hash, package = campaign.PackageHash })), cancellationToken);
        return (List<TestSendResult>)[.. seeds.Zip(verdicts, (seed, verdict) => new TestSendResult(CustomerAddresses.Mask(account.Kind, seed), DeliveryNames.Of(verdict), DeliveryNames.Detail(verdict)) { Account = account.Name })];
    }

    private OutboundMessage Compose(
        MessageTexts texts, CompiledTemplate template, (string Code, Campaigns.Brief Brief, Campaigns.Phase Phase) campaign, (string? Tail, IReadOnlyDictionary<string, object?>? Prints) values, ChannelAccount account, string seed, int i)
    {
        var chinese = template.Template.Language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        var purpose = ChannelNames.ParsePurpose(campaign.Phase.Purpose);
        TemplateCodes.Require(account, template);
        var link = links.For(new UnsubscribeTarget(0, 0, account.Kind, purpose));
        var rendered = texts.Render(template, values.Tail, composer.Tokens(campaign.Brief.Product, account, chinese, link), composer.RulesUrl(campaign.Code), TrackedLinks.Sample(composer), values.Prints);
        return new OutboundMessage
        {
            MessageId = FormattableString.Invariant($"test.{clock.GetUtcNow().ToUnixTimeMilliseconds()}.{i}"),
            Address = seed,
            Purpose = purpose,
            Language = template.Template.Language,
            Content = MessageComposer.Content(account.Kind, template, rendered, link) with { Url = MessageComposer.TapOf(account.Kind, campaign.Phase.Link?.Target) },
        };
    }
}
