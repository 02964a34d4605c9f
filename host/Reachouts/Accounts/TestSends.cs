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
    Database database, ChannelAccounts accounts, ChannelPool pool, MessageComposer composer, TemplateRenderer renderer, UnsubscribeLinks links, AuditChain audit, BusinessClock clock)
{
    public async Task<Outcome<List<TestSendResult>>> SendAsync(Guid accountId, Guid campaignId, string phaseKey, string language, Actor actor, CancellationToken cancellationToken)
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
        var texts = new MessageTexts(renderer, brief, phase);
        if (texts.Find(account.Kind, language) is not { } template)
            return Refusal.Conflict("no-text", ChannelNames.Of(account.Kind), phaseKey);
        OutboundMessage[] messages;
        try
        {
            messages = [.. seeds.Select((seed, i) => Compose(texts, template, brief, phase, account, seed, i))];
        }
        catch (TemplateException fault)
        {
            return Refusal.Conflict("text-fault", fault.Message);
        }
        var verdicts = await pool.For(account).SendAsync(messages, cancellationToken);
        await database.WriteAsync((tx, token) => audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), actor, token, new AuditEntry("test-sent", phaseKey, new { account.Name, account.Mode, recipients = seeds.Count })), cancellationToken);
        return (List<TestSendResult>)[.. seeds.Zip(verdicts, (seed, verdict) => new TestSendResult(CustomerAddresses.Mask(account.Kind, seed), DeliveryNames.Of(verdict), DeliveryNames.Detail(verdict)))];
    }

    private OutboundMessage Compose(MessageTexts texts, CompiledTemplate template, Campaigns.Brief brief, Campaigns.Phase phase, ChannelAccount account, string seed, int i)
    {
        var chinese = template.Template.Language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        var purpose = ChannelNames.ParsePurpose(phase.Purpose);
        var link = links.For(new UnsubscribeTarget(0, 0, account.Kind, purpose));
        var rendered = texts.Render(template, "0000", composer.Tokens(brief.Product, account, chinese, link), "https://example.com/rules");
        return new OutboundMessage
        {
            MessageId = FormattableString.Invariant($"test.{clock.GetUtcNow().ToUnixTimeMilliseconds()}.{i}"),
            Address = seed,
            Purpose = purpose,
            Language = template.Template.Language,
            Content = new MessageContent
            {
                Text = rendered.Body,
                Subject = account.Kind == ChannelKind.Email ? rendered.Title : null,
                Title = account.Kind == ChannelKind.Email ? null : rendered.Title,
                Html = rendered.Html,
                UnsubscribeUrl = link,
            },
        };
    }
}
